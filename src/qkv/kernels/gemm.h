#pragma once
#include <qkv/tensor/scalar.h>

namespace qkv::kernels {

/// C = op(A) op(B) + beta C:  (n, k) (k, m) -> (n, m), all contiguous and row-major. op(A) = A^T where `transpose_a`, then A is stored (k, n);
/// likewise B is stored (m, k) where `transpose_b`. beta = 0 overwrites C, beta = 1 adds to it.
void gemm(bool transpose_a, bool transpose_b, Index n, Index m, Index k, const Scalar* a, const Scalar* b, Scalar beta, Scalar* c);

}  // namespace qkv::kernels
