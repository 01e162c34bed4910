#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv {

/// Layer normalisation over the last axes, whose sizes are `normalized_shape` (Ba et al. 2016, eq. 4):
/// y = (x - mean) / sqrt(var + eps) * weight + bias, with the biased variance. weight and bias have that shape, or are undefined.
Tensor layer_norm(const Tensor& x, const Shape& normalized_shape, const Tensor& weight = {}, const Tensor& bias = {}, double eps = 1e-5);

/// In training: sets each number to 0 with probability p and divides the others by 1 - p, so that the expected value does not change.
/// Under EvalMode, or with p = 0, returns x itself.  Throws Error unless 0 <= p < 1.
Tensor dropout(const Tensor& x, double p, Rng& rng);

}  // namespace qkv
