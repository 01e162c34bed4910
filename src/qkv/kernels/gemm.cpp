#include <qkv/kernels/gemm.h>

#include <xtensor-blas/xblas.hpp>

#include <algorithm>

namespace qkv::kernels {

void gemm(bool transpose_a, bool transpose_b, Index n, Index m, Index k, const Scalar* a, const Scalar* b, Scalar beta, Scalar* c) {
  if (n == 0 || m == 0) return;
  if (k == 0) {  // an empty sum
    if (beta == 0) std::fill_n(c, n * m, Scalar(0));
    return;
  }
  int rows = static_cast<int>(n), columns = static_cast<int>(m), inner = static_cast<int>(k);
  cxxblas::gemm(cxxblas::RowMajor, transpose_a ? cxxblas::Trans : cxxblas::NoTrans, transpose_b ? cxxblas::Trans : cxxblas::NoTrans, rows, columns,
                inner, Scalar(1), a, transpose_a ? rows : inner, b, transpose_b ? inner : columns, beta, c, columns);
}

}  // namespace qkv::kernels
