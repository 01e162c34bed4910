#pragma once
#include <qkv/tensor/scalar.h>

// Matrix products, row-major. Each entry is summed in the order of k, whatever n and m are and whichever thread computes its row, so one
// thread and many threads give the same numbers. One exception: a matrix times a single column (m = 1, A not transposed) is summed like a
// dot product, in several running sums; the result does not depend on n or the threads either. Sums of more than 4096 products are
// accurate to the last digits, however long they are.

namespace qkv::kernels {

/// C = op(A) op(B) + beta C:  (n, k) (k, m) -> (n, m). With `transpose_a`, op(A) = A^T and A is stored (k, n). With `transpose_b`, B is
/// stored (m, k). beta = 0 overwrites C, beta = 1 adds to it.
void gemm(bool transpose_a, bool transpose_b, Index n, Index m, Index k, const Scalar* a, const Scalar* b, Scalar beta, Scalar* c);

/// A matrix inside a larger one: its rows lie `stride` numbers apart.
struct Strided {
  const Scalar* data;
  Index stride;
};
/// C = scale op(A) op(B) + beta C for such matrices.
void gemm(bool transpose_a, bool transpose_b, Index n, Index m, Index k, Scalar scale, Strided a, Strided b, Scalar beta, Scalar* c,
          Index c_stride);

/// The same on one thread, without copying B first: for a B (k, m) that is small or used once. a_row and a_column are the strides of op(A).
void small_gemm(Index n, Index m, Index k, Scalar scale, const Scalar* a, Index a_row, Index a_column, Strided b, Scalar beta, Scalar* c,
                Index c_stride);

}  // namespace qkv::kernels
