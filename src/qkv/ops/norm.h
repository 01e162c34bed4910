#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv {

/// Layer normalisation over the last axes, `normalized_shape` of them (Ba et al. 2016, eq. 4):
/// y = (x - mean) / sqrt(var + eps) * weight + bias, with the biased variance. weight and bias have normalized_shape, or are undefined.
Tensor layer_norm(const Tensor& x, const Shape& normalized_shape, const Tensor& weight = {}, const Tensor& bias = {}, double eps = 1e-5);

/// While training: each number is dropped with probability p, the others divided by 1 - p, so that the mean stays.
/// Under EvalMode, or with p = 0: x itself.  Throws Error unless 0 <= p < 1.
Tensor dropout(const Tensor& x, double p, Rng& rng);

}  // namespace qkv
