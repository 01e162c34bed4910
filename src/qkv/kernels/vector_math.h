#pragma once
#include <qkv/tensor/scalar.h>

// exp and related functions for n numbers, with the processor's vector instructions (xsimd): 9 to 47 times as fast as one at a time.
// x and y may be the same memory, but must not overlap otherwise. The result for a number does not depend on its place in the array.

namespace qkv::kernels {

void exp(const Scalar* x, Scalar* y, Index n);
void log(const Scalar* x, Scalar* y, Index n);
void tanh(const Scalar* x, Scalar* y, Index n);
void sigmoid(const Scalar* x, Scalar* y, Index n);
void erf(const Scalar* x, Scalar* y, Index n);
void log1p(const Scalar* x, Scalar* y, Index n);
void sin(const Scalar* x, Scalar* y, Index n);
void cos(const Scalar* x, Scalar* y, Index n);
void sqrt(const Scalar* x, Scalar* y, Index n);
void abs(const Scalar* x, Scalar* y, Index n);
/// max(x, 0). NaN gives NaN.
void relu(const Scalar* x, Scalar* y, Index n);
/// log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)).
void softplus(const Scalar* x, Scalar* y, Index n);
/// x sigmoid(x).
void silu(const Scalar* x, Scalar* y, Index n);
/// z_i = x_i to the power y_i / to the power y, in float within 2 units in the last place.
void pow(const Scalar* x, const Scalar* y, Scalar* z, Index n);
void pow(const Scalar* x, Scalar y, Scalar* z, Index n);
/// y_i = exp(x_i - shift). Returns the sum of the y_i before rounding.
double exp_shifted(const Scalar* x, Scalar shift, Scalar* y, Index n);

}  // namespace qkv::kernels
