#pragma once
#include <string>
#include <vector>

namespace qkv::show {

/// One axis of a chart: the numbers at its ends, and the ticks with their labels.
struct Axis {
  double low = 0, high = 1;
  bool logarithmic = false;
  std::vector<double> ticks;
  std::vector<std::string> labels;  ///< one for each tick

  /// Where a number lies between the ends: 0 at `low`, 1 at `high`.
  double fraction(double value) const;
};

/// An axis from `low` to `high` with about `count` round ticks: steps of 1, 2 or 5 times a power of ten; on a logarithmic axis powers of
/// ten, or 1, 2 and 5 times them where fewer than three would fit. `widen` moves the ends out to the next ticks.
Axis make_axis(double low, double high, bool logarithmic, int count, bool widen);
/// The same with ticks at these numbers, which are in rising order.
Axis make_axis(double low, double high, bool logarithmic, const std::vector<double>& ticks);

}  // namespace qkv::show
