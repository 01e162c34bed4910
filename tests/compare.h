#pragma once
#include <qkv/tensor/tensor.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace qkv {

/// How far apart two ways to the same numbers may lie: rounding and no more, for numbers near 1.
constexpr double rounding = sizeof(Scalar) == 8 ? 1e-12 : 1e-5;

/// The largest difference between two tensors; infinite if their shapes differ or one holds a NaN where the other does not.
inline double largest_difference(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape()) return infinity;
  double largest = 0;
  for (Index i = 0; i < a.size(); ++i) {
    const double x = a.data()[i], y = b.data()[i];
    if (x != y && !(std::isnan(x) && std::isnan(y))) largest = std::isnan(x - y) ? infinity : std::max(largest, std::abs(x - y));
  }
  return largest;
}

}  // namespace qkv
