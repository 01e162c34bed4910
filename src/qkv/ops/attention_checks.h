#pragma once
#include <qkv/ops/attention.h>

// What must hold before an attention begins. For the .cpp files.

namespace qkv {

/// Throw Error, naming `operation`, if shapes, scale, mask, bias or dropout do not fit. -> the scores' shape (..., queries, keys).
Shape check_attention(const char* operation, const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options);
Shape check_additive_scores(const Tensor& q, const Tensor& k, const Tensor& v);
Shape check_additive_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& values, const Mask& mask);
/// Of the options alone, for scores whose shape is known.
void check_options(const char* operation, const AttentionOptions& options, const Shape& scores);

/// options.scale, or 1 / sqrt(d).
Scalar scale_of(Index d, const AttentionOptions& options);

}  // namespace qkv
