#pragma once

namespace qkv {

/// While one is alive, this thread's operations record no graph: for measuring a model and for changing parameters.
class NoGrad {
 public:
  NoGrad();
  ~NoGrad();
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  bool before_;
};

/// While one is alive, this thread's models are used and not trained: dropout passes its input through.
class EvalMode {
 public:
  EvalMode();
  ~EvalMode();
  EvalMode(const EvalMode&) = delete;
  EvalMode& operator=(const EvalMode&) = delete;

 private:
  bool before_;
};

/// Is a graph recorded (no NoGrad alive)? Are models trained (no EvalMode alive)?
bool grad_enabled();
bool training();

}  // namespace qkv
