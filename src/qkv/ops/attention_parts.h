#pragma once
#include <qkv/ops/attention.h>

// What attention.cpp and fused_attention.cpp share: what must hold before an attention begins, and what becomes of NaNs. For these .cpp files.

namespace qkv {

/// Throw Error, naming `operation`, if shapes, scale, mask, bias or dropout do not fit. -> the scores' shape (..., queries, keys).
Shape check_attention(const char* operation, const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options);
Shape check_additive_scores(const Tensor& q, const Tensor& k, const Tensor& v);
Shape check_additive_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& values, const Mask& mask);
/// Of the options alone, for scores whose shape is known.
void check_options(const char* operation, const AttentionOptions& options, const Shape& scores);

/// options.scale, or 1 / sqrt(d).
Scalar scale_of(Index d, const AttentionOptions& options);

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
