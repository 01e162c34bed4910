#pragma once
#include <qkv/tensor/scalar.h>

namespace qkv::kernels {

/// C = op(A) op(B) + beta C:  (n, k) (k, m) -> (n, m), all row-major. op(A) = A^T where `transpose_a`, then A is stored (k, n); likewise B is
/// stored (m, k) where `transpose_b`. beta = 0 overwrites C, beta = 1 adds to it.
void gemm(bool transpose_a, bool transpose_b, Index n, Index m, Index k, const Scalar* a, const Scalar* b, Scalar beta, Scalar* c);

/// A matrix inside a larger one: its rows lie `stride` numbers apart.
struct Strided {
  const Scalar* data;
  Index stride;
};
/// C = scale op(A) op(B) + beta C with such matrices.
void gemm(bool transpose_a, bool transpose_b, Index n, Index m, Index k, Scalar scale, Strided a, Strided b, Scalar beta, Scalar* c,
          Index c_stride);

}  // namespace qkv::kernels
