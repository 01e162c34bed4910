#pragma once
#include <qkv/tensor/scalar.h>

namespace qkv::kernels {

/// For each of `rows` rows of n numbers: xhat = (x - mean) / sigma, sigma = sqrt(var + eps); y = xhat weight + bias (either may be null).
/// Keeps xhat (rows, n) and 1 / sigma (rows) for the gradient.
void layer_norm(const Scalar* x, const Scalar* weight, const Scalar* bias, double eps, Index rows, Index n, Scalar* xhat,
                Scalar* inverse_sigma, Scalar* y);

/// dx = (dxhat - mean(dxhat) - xhat mean(dxhat xhat)) / sigma, dxhat = dy weight. Adds to dweight and dbias (either may be null). These
/// are doubles: a running sum in float would lose terms much smaller than itself.
void layer_norm_gradient(const Scalar* dy, const Scalar* xhat, const Scalar* inverse_sigma, const Scalar* weight, Index rows, Index n,
                         Scalar* dx, double* dweight, double* dbias);

}  // namespace qkv::kernels
