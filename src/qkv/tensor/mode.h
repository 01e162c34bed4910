#pragma once

namespace qkv {

/// Sets a mode of this thread while the guard is alive, then restores the old one.
class ModeGuard {
 public:
  ModeGuard(const ModeGuard&) = delete;
  ModeGuard& operator=(const ModeGuard&) = delete;

 protected:
  ModeGuard(bool& mode, bool value) : mode_(mode), before_(mode) { mode = value; }
  ~ModeGuard() { mode_ = before_; }

 private:
  bool& mode_;
  bool before_;
};

/// While a NoGrad is alive, this thread's operations record no graph: for evaluating a model and for changing parameters.
struct NoGrad : ModeGuard {
  NoGrad();
};

/// While an EvalMode is alive, this thread's models are not in training: dropout returns its input.
struct EvalMode : ModeGuard {
  EvalMode();
};

/// While a FindAnomaly is alive, this thread's operations check every number that they make, forward and backward. The operation that makes
/// the first NaN or infinity throws Error, which names it. It is slow, so use it only to find such an error.
///
///     FindAnomaly guard;
///     loss(model(x)).backward();   // Error: anomaly: 'log' of (2, 3) gives -inf at (0, 1), and nothing that went in is infinite
///
/// An infinity that came in or was asked for (masked_fill) may be passed on; a NaN never.
struct FindAnomaly : ModeGuard {
  FindAnomaly();
};

/// While an InnerSteps is alive, this thread's operations are steps inside another one: they record no graph, and a FindAnomaly looks only at
/// what that operation makes of them.
struct InnerSteps : NoGrad {
  InnerSteps();

 private:
  struct Uninspected : ModeGuard {
    Uninspected();
  } uninspected_;
};

/// Is a graph recorded (no NoGrad alive)? / Are models in training (no EvalMode alive)? / Are anomalies looked for (a FindAnomaly alive)?
bool grad_enabled();
bool training();
bool finding_anomalies();

}  // namespace qkv
