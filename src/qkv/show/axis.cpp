#include <qkv/show/axis.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace qkv::show {
namespace {

/// As short as they get: 0.25, 16, 2e-05; on a linear axis all with as many decimals as the longest: 0.5, 1.0.
std::vector<std::string> tick_labels(const std::vector<double>& ticks, bool as_they_are) {
  std::vector<std::string> labels;
  char text[32];
  std::size_t decimals = 0;
  for (double tick : ticks) {
    std::snprintf(text, sizeof text, "%.6g", tick);
    labels.push_back(text);
    std::size_t point = labels.back().find('.');
    bool exponent = labels.back().find('e') != std::string::npos;
    as_they_are = as_they_are || exponent;
    if (point != std::string::npos) decimals = std::max(decimals, labels.back().size() - point - 1);
  }
  for (std::size_t i = 0; i < ticks.size() && !as_they_are; ++i) {
    std::snprintf(text, sizeof text, "%.*f", static_cast<int>(decimals), ticks[i]);
    labels[i] = text;
  }
  return labels;
}

/// Too close for different ticks.
bool are_one(double low, double high) { return high - low <= 1e-9 * std::max(std::fabs(low), std::fabs(high)); }

/// The largest of 1, 2, 5 times a power of ten that is not above `size`.
double round_step(double size) {
  double power = std::pow(10, std::floor(std::log10(size) + 1e-9)), ratio = size / power;
  return power * (ratio >= 5 - 1e-9 ? 5 : ratio >= 2 - 1e-9 ? 2 : 1);
}

std::vector<double> linear_ticks(double low, double high, int count, bool widen) {
  double step = round_step((high - low) / count);
  while ((high - low) / step > 1.5 * count) step = round_step(step * 2.6);  // 1 to 2, 2 to 5, 5 to 10
  double first = widen ? std::floor(low / step + 1e-9) : std::ceil(low / step - 1e-9),
         last = widen ? std::ceil(high / step - 1e-9) : std::floor(high / step + 1e-9);
  std::vector<double> ticks;
  for (double i = first; i <= last; ++i) ticks.push_back(i == 0 ? 0 : i * step);
  return ticks;
}

std::vector<double> logarithmic_ticks(double low, double high, int count, bool widen) {
  double first = std::log10(low), last = std::log10(high);
  if (widen) {
    first = std::floor(first + 1e-9);
    last = std::max(first + 1, std::ceil(last - 1e-9));
  }
  bool few = last - first < 2;
  double stride = std::max(1.0, std::ceil((last - first) / count));
  std::vector<double> ticks;
  for (double power = std::floor(first); power <= last + 1e-9; power += stride)
    for (double factor : {1.0, 2.0, 5.0}) {
      double at = power + std::log10(factor);
      if ((factor == 1 || few) && at >= first - 1e-9 && at <= last + 1e-9) ticks.push_back(factor * std::pow(10, power));
    }
  return ticks;
}

}  // namespace

double Axis::fraction(double value) const {
  if (logarithmic) return (std::log(value) - std::log(low)) / (std::log(high) - std::log(low));
  return (value - low) / (high - low);
}

Axis make_axis(double low, double high, bool logarithmic, const std::vector<double>& ticks) {
  if (are_one(low, high)) {  // one number alone stands in the middle
    double room = low == 0 ? 0.5 : std::fabs(low) / 2;
    low -= room;
    high += room;
  }
  return {low, high, logarithmic, ticks, tick_labels(ticks, logarithmic)};
}

Axis make_axis(double low, double high, bool logarithmic, int count, bool widen) {
  if (are_one(low, high)) return make_axis(low, high, logarithmic, std::vector<double>{low});
  std::vector<double> ticks = logarithmic ? logarithmic_ticks(low, high, count, widen) : linear_ticks(low, high, count, widen);
  if (widen && !ticks.empty()) {
    low = std::min(low, ticks.front());
    high = std::max(high, ticks.back());
  }
  return make_axis(low, high, logarithmic, ticks);
}

}  // namespace qkv::show
