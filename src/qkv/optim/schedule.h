#pragma once
#include <qkv/tensor/scalar.h>

#include <functional>
#include <string>

// How the learning rate changes while training. A schedule is a small value with lr(step), the rate that step 0, 1, ... uses:
//     CosineWithWarmup schedule(0.1, 100, 1000);
//     for (Index step = 0; step < 1000; ++step) { optimizer.lr = schedule.lr(step); ... }
// Constructors throw Error at a negative or infinite rate and at a length out of range; lr(step) throws Error if step < 0.

namespace qkv::optim {

class Schedule {
 public:
  double lr(Integer step) const;
  friend std::ostream& operator<<(std::ostream& out, const Schedule& schedule);

 protected:
  using Rate = std::function<double(Index step)>;
  /// Printed as name(text); messages begin with the name.
  Schedule(const char* name, const std::string& text, const Rate& rate) : name_(name), text_(text), rate_(rate) {}
  /// Throws Error, naming the schedule, unless the rate is finite and not negative.
  void check_rate(const char* what, double rate) const;

 private:
  const char* name_;
  std::string text_;
  Rate rate_;
};

/// The same rate always.
struct Constant : Schedule {
  explicit Constant(double base_lr);
};

/// Goes in a straight line from start_factor base_lr to base_lr at step `steps`, and stays there.  PyTorch's LinearLR.
struct LinearWarmup : Schedule {
  LinearWarmup(double base_lr, Integer steps, double start_factor = 0);
};

/// min + (base - min) (1 + cos(pi step / period)) / 2: from base_lr down to min_lr at step `period`, then up again the same way.
/// Loshchilov and Hutter 2017, eq. 5; PyTorch's CosineAnnealingLR, where the period is T_max and min_lr is eta_min.
struct Cosine : Schedule {
  Cosine(double base_lr, Integer period, double min_lr = 0);
};

/// base step / warmup before step `warmup_steps` (so that step 0 changes nothing), then the cosine down to min_lr at `total_steps`, then
/// min_lr. Transformers are usually trained with this schedule.
struct CosineWithWarmup : Schedule {
  CosineWithWarmup(double base_lr, Integer warmup_steps, Integer total_steps, double min_lr = 0);
};

/// `first` before step `milestone`, then `second`, whose own steps count from 0.  PyTorch's SequentialLR; nest them for more than two:
///     Sequential schedule(LinearWarmup(0.1, 5), 5, Cosine(0.1, 95));
struct Sequential : Schedule {
  Sequential(const Schedule& first, Integer milestone, const Schedule& second);
};

}  // namespace qkv::optim
