#pragma once
#include <qkv/ops/attention.h>
#include <qkv/tensor/array.h>

// Shared by attention.cpp and fused_attention.cpp, and only for them: argument checks, and matrix products that respect the mask.

namespace qkv {

/// Throw Error, naming `operation`, if shapes, scale, mask, bias or dropout do not fit. Returns the scores' shape (..., queries, keys).
Shape check_attention(const char* operation, const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options);
Shape check_additive_scores(const Tensor& q, const Tensor& k, const Tensor& v);
Shape check_additive_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& values, const Mask& mask);
/// Checks the options alone, for scores whose shape is known.
void check_options(const char* operation, const AttentionOptions& options, const Shape& scores);

/// options.scale, or 1 / sqrt(d).
Scalar scale_of(Index d, const AttentionOptions& options);

// Matrix products that leave out hidden pairs, in value and gradient, whatever they hold. A plain product gives a hidden pair weight 0, but
// 0 times NaN or infinity is NaN. While all numbers are finite the plain product runs; otherwise its wrong entries are repaired.

/// Q K^T; hidden entries are finite numbers.  mask broadcast to the result.
Tensor visible_scores(const Tensor& q, const Tensor& k, const Mask& mask);
/// W V, summed over visible keys.  mask broadcast to the weights (..., queries, keys).
Tensor weighted_values(const Tensor& weights, const Tensor& v, const Mask& mask);
/// Scores, or an array like them. If any number is not finite, hidden entries become 0.
Array without_hidden(Array pairs, const Mask& mask);

}  // namespace qkv
