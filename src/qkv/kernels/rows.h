#pragma once
#include <qkv/tensor/scalar.h>

// Loops over one contiguous row of n numbers: what most kernels are made from.

namespace qkv::kernels {

/// Sum of x_i, of x_i y_i, both right to the last digits for any n; largest x_i (-inf for none).
Scalar sum(const Scalar* x, Index n);
Scalar dot(const Scalar* x, const Scalar* y, Index n);
Scalar max(const Scalar* x, Index n);
/// The sum before it is rounded.
double sum_in_double(const Scalar* x, Index n);
/// sum_i += x_i for each of `rows` rows of x: what a bias' gradient is. Right to the last digits for any number of rows; in doubles, to be
/// continued elsewhere.
void add_rows(const Scalar* x, Index rows, Index n, Scalar* sum);
void add_rows_in_double(const Scalar* x, Index rows, Index n, double* sum);
/// y += x.
void add_to(const Scalar* x, Index n, Scalar* y);
/// The same where y has been added to very often: `lost`, 0 at first, is what rounding has taken so far, and is given back (Kahan 1965).
void add_to(const Scalar* x, Index n, Scalar* y, Scalar* lost);

}  // namespace qkv::kernels
