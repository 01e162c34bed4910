#include <qkv/kernels/blas.h>
#include <qkv/kernels/gemm.h>

#include <xtensor-blas/xblas.hpp>

namespace qkv::kernels {

void gemm(bool transpose_a, bool transpose_b, Index n, Index m, Index k, const Scalar* a, const Scalar* b, Scalar beta, Scalar* c) {
  gemm(transpose_a, transpose_b, n, m, k, 1, {a, transpose_a ? n : k}, {b, transpose_b ? k : m}, beta, c, m);
}

void gemm(bool transpose_a, bool transpose_b, Index n, Index m, Index k, Scalar scale, Strided a, Strided b, Scalar beta, Scalar* c,
          Index c_stride) {
  // One thread a product, so that numbers do not depend on how many processors there are; work is divided above, by rows and heads.
  static const bool one_thread = (set_blas_threads(1), true);
  if (n == 0 || m == 0 || !one_thread) return;
  if (k == 0) {  // an empty sum
    for (Index row = 0; row < n && beta == 0; ++row)
      for (Index column = 0; column < m; ++column) c[row * c_stride + column] = 0;
    return;
  }
  cxxblas::gemm(cxxblas::RowMajor, transpose_a ? cxxblas::Trans : cxxblas::NoTrans, transpose_b ? cxxblas::Trans : cxxblas::NoTrans,
                static_cast<int>(n), static_cast<int>(m), static_cast<int>(k), scale, a.data, static_cast<int>(a.stride), b.data,
                static_cast<int>(b.stride), beta, c, static_cast<int>(c_stride));
}

}  // namespace qkv::kernels
