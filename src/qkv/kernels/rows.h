#pragma once
#include <qkv/tensor/scalar.h>

// Loops over one contiguous row of n numbers: what most kernels are made from.

namespace qkv::kernels {

/// Sum of x_i, of x_i y_i; largest x_i (-inf for none). Sixteen running values, so that the loop fills vector registers.
Scalar sum(const Scalar* x, Index n);
Scalar dot(const Scalar* x, const Scalar* y, Index n);
Scalar max(const Scalar* x, Index n);
/// sum_i += x_i for each of `rows` rows of x: what a bias' gradient is.
void add_rows(const Scalar* x, Index rows, Index n, Scalar* sum);
/// y += x.
void add_to(const Scalar* x, Index n, Scalar* y);

}  // namespace qkv::kernels
