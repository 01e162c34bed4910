#pragma once
#include <qkv/ops/attention.h>
#include <qkv/tensor/array.h>

// What attention.cpp and fused_attention.cpp share: what must hold before an attention begins, and products that keep to the mask. For these .cpp files.

namespace qkv {

/// Throw Error, naming `operation`, if shapes, scale, mask, bias or dropout do not fit. -> the scores' shape (..., queries, keys).
Shape check_attention(const char* operation, const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options);
Shape check_additive_scores(const Tensor& q, const Tensor& k, const Tensor& v);
Shape check_additive_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& values, const Mask& mask);
/// Of the options alone, for scores whose shape is known.
void check_options(const char* operation, const AttentionOptions& options, const Shape& scores);

/// options.scale, or 1 / sqrt(d).
Scalar scale_of(Index d, const AttentionOptions& options);

// Matrix products in which a pair that the mask hides takes no part, in value or gradient, whatever stands there. A plain product gives it
// weight 0, and 0 times NaN or infinity is NaN. While all numbers are finite the plain product runs; else what it spoilt is mended.

/// Q K^T: a finite number where hidden.  mask broadcast to it.
Tensor visible_scores(const Tensor& q, const Tensor& k, const Mask& mask);
/// W V, over what is visible.  mask broadcast to the weights (..., queries, keys).
Tensor weighted_values(const Tensor& weights, const Tensor& v, const Mask& mask);
/// Scores, or their like, with 0 where hidden if anything in them is not finite.
Array without_hidden(Array pairs, const Mask& mask);

}  // namespace qkv
