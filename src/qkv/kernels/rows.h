#pragma once
#include <qkv/tensor/scalar.h>

// Loops over one contiguous row of n numbers: what most kernels are made from.

namespace qkv::kernels {

/// Sum of x_i, of x_i y_i, both right to the last digits for any n; largest x_i (-inf for none).
Scalar sum(const Scalar* x, Index n);
Scalar dot(const Scalar* x, const Scalar* y, Index n);
Scalar max(const Scalar* x, Index n);
/// The largest sign x_i (-inf for none), a NaN counting as the largest. / y_i = the larger of sign x_i and y_i, likewise. A sign of -1 looks for the
/// smallest.
Scalar largest(const Scalar* x, Index n, Scalar sign = 1);
void larger_of(const Scalar* x, Index n, Scalar sign, Scalar* y);
/// Where it stands first: in each of `rows` rows of n > 0 numbers / in each of n columns of as many rows.
void first_largest(const Scalar* x, Index rows, Index n, Index* first);
void first_largest_down(const Scalar* x, Index rows, Index n, Index* first);
/// The sum before it is rounded.
double sum_in_double(const Scalar* x, Index n);
/// sum_i += x_i for each of `rows` rows of x: what a bias' gradient is. Right to the last digits for any number of rows; in doubles, to be
/// continued elsewhere.
void add_rows(const Scalar* x, Index rows, Index n, Scalar* sum);
void add_rows_in_double(const Scalar* x, Index rows, Index n, double* sum);
/// y += x.
void add_to(const Scalar* x, Index n, Scalar* y);

}  // namespace qkv::kernels
