#include <qkv/kernels/blas.h>
#include <qkv/kernels/gemm.h>
#include <qkv/kernels/parallel.h>

#include <xtensor-blas/xblas.hpp>

#include <algorithm>

namespace qkv::kernels {

void gemm(bool transpose_a, bool transpose_b, Index n, Index m, Index k, const Scalar* a, const Scalar* b, Scalar beta, Scalar* c) {
  gemm(transpose_a, transpose_b, n, m, k, 1, {a, transpose_a ? n : k}, {b, transpose_b ? k : m}, beta, c, m);
}

void gemm(bool transpose_a, bool transpose_b, Index n, Index m, Index k, Scalar scale, Strided a, Strided b, Scalar beta, Scalar* c,
          Index c_stride) {
  // OpenBLAS itself runs one thread: who divides a product decides how it is rounded, and that must not depend on the machine.
  static const bool one_thread = (set_blas_threads(1), true);
  if (n == 0 || m == 0 || !one_thread) return;
  if (k == 0) {  // an empty sum
    for (Index row = 0; row < n && beta == 0; ++row)
      for (Index column = 0; column < m; ++column) c[row * c_stride + column] = 0;
    return;
  }
  // Rows of C are divided: each piece is a product of its own, and no two write to the same place.
  parallel(n, m * k / 32, 64, [&](Index begin, Index end) {
    cxxblas::gemm(cxxblas::RowMajor, transpose_a ? cxxblas::Trans : cxxblas::NoTrans, transpose_b ? cxxblas::Trans : cxxblas::NoTrans,
                  static_cast<int>(end - begin), static_cast<int>(m), static_cast<int>(k), scale,
                  a.data + begin * (transpose_a ? 1 : a.stride), static_cast<int>(a.stride), b.data, static_cast<int>(b.stride), beta,
                  c + begin * c_stride, static_cast<int>(c_stride));
  });
}

}  // namespace qkv::kernels
