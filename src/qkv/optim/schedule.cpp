#include <qkv/optim/schedule.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>

namespace qkv::optim {
namespace {

double checked_rate(const char* schedule, const char* what, double rate) {
  require(rate >= 0 && std::isfinite(rate), schedule, ": ", what, " ", rate, ": must be a finite number, not negative");
  return rate;
}

/// From `high` at progress 0 down to `low` at progress 1, along half a cosine.
double half_cosine(double high, double low, double progress) {
  return low + (high - low) * (1 + std::cos(3.14159265358979323846 * progress)) / 2;
}

double ratio(Index part, Index whole) { return static_cast<double>(part) / static_cast<double>(whole); }

}  // namespace

Index checked_step(const char* what, Index step) {
  require(step >= 0, what, " ", step, ": must not be negative");
  return step;
}

Constant::Constant(double base_lr) : base_lr_(checked_rate("Constant", "base_lr", base_lr)) {}

double Constant::lr(Integer step) const {
  checked_step("Constant: step", step);
  return base_lr_;
}

LinearWarmup::LinearWarmup(double base_lr, Integer steps, double start_factor)
    : base_lr_(checked_rate("LinearWarmup", "base_lr", base_lr)),
      start_factor_(checked_rate("LinearWarmup", "start_factor", start_factor)),
      steps_(steps) {
  require(steps >= 1, "LinearWarmup: steps ", steps, ": must be at least 1");
}

double LinearWarmup::lr(Integer step) const {
  double progress = ratio(std::min(checked_step("LinearWarmup: step", step), steps_), steps_);
  return base_lr_ * (start_factor_ + (1 - start_factor_) * progress);
}

Cosine::Cosine(double base_lr, Integer period, double min_lr)
    : base_lr_(checked_rate("Cosine", "base_lr", base_lr)), min_lr_(checked_rate("Cosine", "min_lr", min_lr)), period_(period) {
  require(period >= 1, "Cosine: period ", period, ": must be at least 1");
}

double Cosine::lr(Integer step) const { return half_cosine(base_lr_, min_lr_, ratio(checked_step("Cosine: step", step), period_)); }

CosineWithWarmup::CosineWithWarmup(double base_lr, Integer warmup_steps, Integer total_steps, double min_lr)
    : base_lr_(checked_rate("CosineWithWarmup", "base_lr", base_lr)),
      min_lr_(checked_rate("CosineWithWarmup", "min_lr", min_lr)),
      warmup_steps_(warmup_steps),
      total_steps_(total_steps) {
  require(warmup_steps >= 0 && warmup_steps < total_steps, "CosineWithWarmup: ", warmup_steps, " warm-up steps of ", total_steps,
          ": must be from 0 to fewer than all");
}

double CosineWithWarmup::lr(Integer step) const {
  if (checked_step("CosineWithWarmup: step", step) < warmup_steps_) return base_lr_ * ratio(step, warmup_steps_);
  return half_cosine(base_lr_, min_lr_, std::min(1.0, ratio(step - warmup_steps_, total_steps_ - warmup_steps_)));
}

std::ostream& operator<<(std::ostream& out, const Constant& schedule) { return out << "Constant(" << schedule.base_lr_ << ")"; }

std::ostream& operator<<(std::ostream& out, const LinearWarmup& schedule) {
  return out << "LinearWarmup(" << schedule.base_lr_ * schedule.start_factor_ << " to " << schedule.base_lr_ << " in " << schedule.steps_
             << " steps)";
}

std::ostream& operator<<(std::ostream& out, const Cosine& schedule) {
  return out << "Cosine(" << schedule.base_lr_ << " to " << schedule.min_lr_ << " in " << schedule.period_ << " steps)";
}

std::ostream& operator<<(std::ostream& out, const CosineWithWarmup& schedule) {
  return out << "CosineWithWarmup(0 to " << schedule.base_lr_ << " in " << schedule.warmup_steps_ << " steps, to " << schedule.min_lr_
             << " at step " << schedule.total_steps_ << ")";
}

}  // namespace qkv::optim
