#pragma once
#include <qkv/tensor/scalar.h>

#include <iosfwd>

// How the learning rate changes while training. A schedule is a small value with lr(step), the rate that step 0, 1, ... uses:
//     CosineWithWarmup schedule(0.1, 100, 1000);
//     for (Index step = 0; step < 1000; ++step) { optimizer.lr = schedule.lr(step); ... }
// Constructors throw Error at a negative or infinite rate and at a length out of range; lr(step) throws Error if step < 0.

namespace qkv::optim {

/// The same rate always.
class Constant {
 public:
  explicit Constant(double base_lr);
  double lr(Integer step) const;

 private:
  double base_lr_;
  friend std::ostream& operator<<(std::ostream& out, const Constant& schedule);
};

/// From start_factor base_lr in a straight line to base_lr at step `steps`, and base_lr from there on.  PyTorch's LinearLR.
class LinearWarmup {
 public:
  LinearWarmup(double base_lr, Integer steps, double start_factor = 0);
  double lr(Integer step) const;

 private:
  double base_lr_, start_factor_;
  Index steps_;
  friend std::ostream& operator<<(std::ostream& out, const LinearWarmup& schedule);
};

/// min + (base - min) (1 + cos(pi step / period)) / 2: from base_lr down to min_lr at step `period`, then up again the same way.
/// Loshchilov and Hutter 2017, eq. 5; PyTorch's CosineAnnealingLR, where the period is T_max and min_lr is eta_min.
class Cosine {
 public:
  Cosine(double base_lr, Integer period, double min_lr = 0);
  double lr(Integer step) const;

 private:
  double base_lr_, min_lr_;
  Index period_;
  friend std::ostream& operator<<(std::ostream& out, const Cosine& schedule);
};

/// base step / warmup before step `warmup_steps` (so that step 0 changes nothing), then the cosine down to min_lr at `total_steps`, and
/// min_lr from there on: what Transformers are usually trained with.
class CosineWithWarmup {
 public:
  CosineWithWarmup(double base_lr, Integer warmup_steps, Integer total_steps, double min_lr = 0);
  double lr(Integer step) const;

 private:
  double base_lr_, min_lr_;
  Index warmup_steps_, total_steps_;
  friend std::ostream& operator<<(std::ostream& out, const CosineWithWarmup& schedule);
};

/// The number if it is not negative; otherwise throws Error that starts with `what`.
Index checked_step(const char* what, Index step);

/// `first` before step `milestone`, then `second`, whose own steps count from 0.  PyTorch's SequentialLR; nest them for more than two:
///     Sequential schedule(LinearWarmup(0.1, 5), 5, Cosine(0.1, 95));
template <class First, class Second>
class Sequential {
 public:
  Sequential(const First& first, Integer milestone, const Second& second)
      : first_(first), milestone_(checked_step("Sequential: milestone", milestone)), second_(second) {}
  double lr(Integer step) const {
    return checked_step("Sequential: step", step) < milestone_ ? first_.lr(step) : second_.lr(step - milestone_);
  }

 private:
  First first_;
  Index milestone_;
  Second second_;

  template <class Stream>
  friend Stream& operator<<(Stream& out, const Sequential& schedule) {
    out << "Sequential(" << schedule.first_ << " before step " << schedule.milestone_ << ", then " << schedule.second_ << ")";
    return out;
  }
};

}  // namespace qkv::optim
