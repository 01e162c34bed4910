#pragma once
#include <qkv/tensor/scalar.h>

namespace qkv::kernels {

/// B^T (columns, rows) of B (rows, columns). Rows of B start `stride` numbers apart, rows of the result `out_stride`.
void transpose(const Scalar* b, Index rows, Index columns, Index stride, Scalar* out, Index out_stride);

}  // namespace qkv::kernels
