#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv {

/// A weight of 0 hides a value, but 0 times NaN is NaN. So, where a mask hides anything, keys and values that hold a NaN are replaced by zeros
/// before the products, and the scores and outputs of those who may see them become NaN afterwards. Rows that nobody may see are replaced
/// where they are infinite too. Without such rows, or without a mask, nothing changes.
struct HiddenNaN {
  Tensor k, v;

  /// k (..., keys, d), v (..., keys, dv), mask broadcast to `scores` (..., queries, keys).
  HiddenNaN(const Tensor& k, const Tensor& v, const Mask& mask, const Shape& scores);
  Tensor to_scores(const Tensor& scores) const;
  Tensor to_output(const Tensor& output) const;

 private:
  Mask no_score_, no_output_;  // (..., 1, keys) and (..., queries, 1)
};

}  // namespace qkv
