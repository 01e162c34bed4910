#pragma once
#include <qkv/tensor/scalar.h>

// Loops over one contiguous row of n numbers: most kernels are built from them.

namespace qkv::kernels {

/// Sum of x_i / of x_i y_i, both accurate to the last digits for any n / the largest x_i (-inf if n = 0).
Scalar sum(const Scalar* x, Index n);
Scalar dot(const Scalar* x, const Scalar* y, Index n);
Scalar max(const Scalar* x, Index n);
/// The largest sign x_i (-inf if n = 0) / y_i = the larger of sign x_i and y_i. In both, NaN counts as the largest. With sign = -1
/// they find the smallest.
Scalar largest(const Scalar* x, Index n, Scalar sign = 1);
void larger_of(const Scalar* x, Index n, Scalar sign, Scalar* y);
/// Index of the first largest number: in each of `rows` rows of n > 0 numbers / in each of the n columns, which have `rows` numbers.
void first_largest(const Scalar* x, Index rows, Index n, Index* first);
void first_largest_down(const Scalar* x, Index rows, Index n, Index* first);
/// The sum before it is rounded.
double sum_in_double(const Scalar* x, Index n);
/// sum_i += x_i for each of the `rows` rows of x, as the gradient of a bias needs. Accurate to the last digits for any `rows`. / The
/// same in doubles, so that the caller can go on adding.
void add_rows(const Scalar* x, Index rows, Index n, Scalar* sum);
void add_rows_in_double(const Scalar* x, Index rows, Index n, double* sum);
/// y += x.
void add_to(const Scalar* x, Index n, Scalar* y);

}  // namespace qkv::kernels
