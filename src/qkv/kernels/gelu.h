#pragma once
#include <qkv/tensor/scalar.h>

namespace qkv::kernels {

/// y = x P(x),  P(x) = (1 + erf(x / sqrt 2)) / 2.
void gelu_erf(const Scalar* x, Scalar* y, Index n);
/// dx = dy (P(x) + x p(x)),  p(x) = exp(-x^2 / 2) / sqrt(2 pi).
void gelu_erf_gradient(const Scalar* dy, const Scalar* x, Scalar* dx, Index n);

}  // namespace qkv::kernels
