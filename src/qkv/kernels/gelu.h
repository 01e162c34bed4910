#pragma once
#include <qkv/tensor/scalar.h>

namespace qkv::kernels {

/// y = x P(x),  P(x) = (1 + erf(x / sqrt 2)) / 2.
void gelu_erf(const Scalar* x, Scalar* y, Index n);
/// dx = dy (P(x) + x p(x)),  p(x) = exp(-x^2 / 2) / sqrt(2 pi).
void gelu_erf_gradient(const Scalar* dy, const Scalar* x, Scalar* dx, Index n);

/// y = x (1 + tanh u) / 2 = x sigmoid(2 u),  u = sqrt(2/pi) (x + 0.044715 x^3).
void gelu_tanh(const Scalar* x, Scalar* y, Index n);
/// With s = sigmoid(2 u):  dx = dy (s + 2 x s (1 - s) u'),  u' = sqrt(2/pi) (1 + 3 * 0.044715 x^2).
void gelu_tanh_gradient(const Scalar* dy, const Scalar* x, Scalar* dx, Index n);

}  // namespace qkv::kernels
