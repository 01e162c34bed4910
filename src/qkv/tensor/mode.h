#pragma once

namespace qkv {

/// Sets a mode of this thread for as long as one is alive, and puts back what was before.
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

/// While one is alive, this thread's operations record no graph: for measuring a model and for changing parameters.
struct NoGrad : ModeGuard {
  NoGrad();
};

/// While one is alive, this thread's models are used and not trained: dropout passes its input through.
struct EvalMode : ModeGuard {
  EvalMode();
};

/// While one is alive, this thread's operations look at every number they make, forward and backward, and the one in which the first NaN or
/// infinity appears throws Error, which names it. For the search, not for every day: it takes time.
///
///     FindAnomaly guard;
///     loss(model(x)).backward();   // Error: anomaly: 'log' of (2, 3) gives -inf at (0, 1), and nothing that went in is infinite
///
/// Infinities that came in or were asked for (masked_fill) may be passed on; a NaN never.
struct FindAnomaly : ModeGuard {
  FindAnomaly();
};

/// Is a graph recorded (no NoGrad alive)? Are models trained (no EvalMode alive)? Are anomalies looked for (a FindAnomaly alive)?
bool grad_enabled();
bool training();
bool finding_anomalies();

}  // namespace qkv
