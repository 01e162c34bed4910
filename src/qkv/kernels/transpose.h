#pragma once
#include <qkv/tensor/scalar.h>

namespace qkv::kernels {

/// B^T (columns, rows) of B (rows, columns), whose rows lie `stride` numbers apart; those of the result `out_stride`.
void transpose(const Scalar* b, Index rows, Index columns, Index stride, Scalar* out, Index out_stride);

}  // namespace qkv::kernels
