#pragma once
#include <qkv/tensor/scalar.h>

// Matrix products, row-major. Every number of a product is summed in the order of k, whatever n and m are and whoever computes its row: the
// same numbers come out with one thread and with many. Only a matrix times a single column (m = 1, A not transposed) is summed as dot
// products are, in several running sums; they depend on n and the threads no more. Sums of more than 4096 products are right to the last digits
// however long they are.

namespace qkv::kernels {

/// C = op(A) op(B) + beta C:  (n, k) (k, m) -> (n, m). op(A) = A^T where `transpose_a`, then A is stored (k, n); likewise B is stored (m, k)
/// where `transpose_b`. beta = 0 overwrites C, beta = 1 adds to it.
void gemm(bool transpose_a, bool transpose_b, Index n, Index m, Index k, const Scalar* a, const Scalar* b, Scalar beta, Scalar* c);

/// A matrix inside a larger one: its rows lie `stride` numbers apart.
struct Strided {
  const Scalar* data;
  Index stride;
};
/// C = scale op(A) op(B) + beta C with such matrices.
void gemm(bool transpose_a, bool transpose_b, Index n, Index m, Index k, Scalar scale, Strided a, Strided b, Scalar beta, Scalar* c,
          Index c_stride);

/// The same by one thread and without copying B first: for a B (k, m) that is small, or used once. op(A) is read by two strides.
void small_gemm(Index n, Index m, Index k, Scalar scale, const Scalar* a, Index a_row, Index a_column, Strided b, Scalar beta, Scalar* c,
                Index c_stride);

}  // namespace qkv::kernels
