#include <qkv/optim/schedule.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>

namespace qkv::optim {
namespace {

/// From `high` at progress 0 down to `low` at progress 1, along half a cosine.
double half_cosine(double high, double low, double progress) {
  return low + (high - low) * (1 + std::cos(3.14159265358979323846 * progress)) / 2;
}

double ratio(Index part, Index whole) { return static_cast<double>(part) / static_cast<double>(whole); }

template <class... Parts>
std::string text(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << printable(parts));
  return out.str();
}

}  // namespace

double Schedule::lr(Integer step) const {
  require(step >= 0, name_, ": step ", step, ": must not be negative");
  return rate_(step);
}

void Schedule::check_rate(const char* what, double rate) const {
  require(rate >= 0 && std::isfinite(rate), name_, ": ", what, " ", rate, ": must be a finite number, not negative");
}

std::ostream& operator<<(std::ostream& out, const Schedule& schedule) { return out << schedule.name_ << '(' << schedule.text_ << ')'; }

Constant::Constant(double base) : Schedule("Constant", text(base), [=](Index) { return base; }) { check_rate("base_lr", base); }

LinearWarmup::LinearWarmup(double base, Integer steps, double start)
    : Schedule("LinearWarmup", text(base * start, " to ", base, " in ", steps, " steps"),
               [=](Index step) { return base * (start + (1 - start) * ratio(std::min<Index>(step, steps), steps)); }) {
  check_rate("base_lr", base);
  check_rate("start_factor", start);
  require(steps >= 1, "LinearWarmup: steps ", steps, ": must be at least 1");
}

Cosine::Cosine(double base, Integer period, double low)
    : Schedule("Cosine", text(base, " to ", low, " in ", period, " steps"),
               [=](Index step) { return half_cosine(base, low, ratio(step, period)); }) {
  check_rate("base_lr", base);
  check_rate("min_lr", low);
  require(period >= 1, "Cosine: period ", period, ": must be at least 1");
}

CosineWithWarmup::CosineWithWarmup(double base, Integer warmup, Integer total, double low)
    : Schedule("CosineWithWarmup", text("0 to ", base, " in ", warmup, " steps, to ", low, " at step ", total), [=](Index step) {
        if (step < warmup) return base * ratio(step, warmup);
        return half_cosine(base, low, std::min(1.0, ratio(step - warmup, total - warmup)));
      }) {
  check_rate("base_lr", base);
  check_rate("min_lr", low);
  require(warmup >= 0 && warmup < total, "CosineWithWarmup: ", warmup, " warm-up steps of ", total, ": must be from 0 to fewer than all");
}

Sequential::Sequential(const Schedule& first, Integer milestone, const Schedule& second)
    : Schedule("Sequential", text(first, " before step ", milestone, ", then ", second),
               [=](Index step) { return step < milestone ? first.lr(step) : second.lr(step - milestone); }) {
  require(milestone >= 0, "Sequential: milestone ", milestone, ": must not be negative");
}

}  // namespace qkv::optim
