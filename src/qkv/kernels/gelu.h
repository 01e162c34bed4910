#pragma once
#include <qkv/tensor/scalar.h>

namespace qkv::kernels {

/// y = x P(x),  P(x) = (1 + erf(x / sqrt 2)) / 2. Accurate to the last digits even where P(x) is small: y = max(x, 0) - a P(-a), a = |x|.
void gelu_erf(const Scalar* x, Scalar* y, Index n);
/// dx = dy (P(x) + x p(x)),  p(x) = exp(-x^2 / 2) / sqrt(2 pi).
void gelu_erf_gradient(const Scalar* dy, const Scalar* x, Scalar* dx, Index n);

/// y = x (1 + tanh u) / 2 = x s(w),  s(w) = 1 / (1 + exp(-w)),  w = 2 u = 2 sqrt(2/pi) (x + 0.044715 x^3).
void gelu_tanh(const Scalar* x, Scalar* y, Index n);
/// dx = dy (s(w) + x s(w) (1 - s(w)) w').
void gelu_tanh_gradient(const Scalar* dy, const Scalar* x, Scalar* dx, Index n);

}  // namespace qkv::kernels
