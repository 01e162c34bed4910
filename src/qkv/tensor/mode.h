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

/// While one is alive, this thread's operations look at every number they make, forward and backward, and the one in which the first NaN or
/// infinity appears throws Error, which names it. For the search, not for every day: it takes time.
///
///     FindAnomaly guard;
///     loss(model(x)).backward();   // Error: anomaly: 'log' of (2, 3) gives -inf at (0, 1), and nothing that went in is infinite
///
/// Infinities that came in or were asked for (masked_fill) may be passed on; a NaN never.
class FindAnomaly {
 public:
  FindAnomaly();
  ~FindAnomaly();
  FindAnomaly(const FindAnomaly&) = delete;
  FindAnomaly& operator=(const FindAnomaly&) = delete;

 private:
  bool before_;
};

/// Is a graph recorded (no NoGrad alive)? Are models trained (no EvalMode alive)? Are anomalies looked for (a FindAnomaly alive)?
bool grad_enabled();
bool training();
bool finding_anomalies();

}  // namespace qkv
