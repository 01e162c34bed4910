#include <qkv/kernels/gemm.h>
#include <qkv/kernels/parallel.h>
#include <qkv/kernels/simd.h>
#include <qkv/kernels/transpose.h>
#include <qkv/tensor/allocator.h>

#include <vector>

// A block of 6 rows and a few vector registers of C stays in registers while k runs: each step loads a row of B once and uses it for six rows of A.
// For that a stretch of B's columns should lie together, so a product of many rows copies B into such panels first.

namespace qkv::kernels {
namespace {

constexpr Index row_block = 6;
constexpr Index vectors = sizeof(Batch) == 64 ? 4 : 2;  // AVX-512 has 32 registers, others 16
constexpr Index panel = vectors * width;                // columns of B that lie together
constexpr Index deep = 256, wide = 8 * panel;           // of B at a time: what the second cache holds

struct Operands {
  Index k;
  Scalar scale, beta;
  const Scalar* a;
  Index a_row, a_column;
  const Scalar* b;
  Index b_row;
  Scalar* c;
  Index c_row;
};

/// c_ij = scale sum_k a_ik b_kj + beta c_ij for `rows` rows and `registers` of columns.
template <Index rows, Index registers>
void block(const Operands& x) {
  Batch sum[rows][registers];
  for (Index r = 0; r < rows; ++r)
    for (Index v = 0; v < registers; ++v) sum[r][v] = Batch(Scalar(0));
  for (Index k = 0; k < x.k; ++k) {
    Batch b[registers];
    for (Index v = 0; v < registers; ++v) b[v] = Batch::load_unaligned(x.b + k * x.b_row + v * width);
    for (Index r = 0; r < rows; ++r) {
      Batch a(x.a[r * x.a_row + k * x.a_column]);
      for (Index v = 0; v < registers; ++v) sum[r][v] = xsimd::fma(a, b[v], sum[r][v]);
    }
  }
  const Batch scale(x.scale), beta(x.beta);
  const Index c_row = x.c_row;
  Scalar* c = x.c;
  if (x.beta == 0)
    for (Index r = 0; r < rows; ++r)
      for (Index v = 0; v < registers; ++v) (sum[r][v] * scale).store_unaligned(c + r * c_row + v * width);
  else
    for (Index r = 0; r < rows; ++r)
      for (Index v = 0; v < registers; ++v) {
        Scalar* at = c + r * c_row + v * width;
        xsimd::fma(sum[r][v], scale, beta * Batch::load_unaligned(at)).store_unaligned(at);
      }
}

/// The last columns, fewer than a register: as a full one, on copies.
template <Index rows>
void narrow_block(Operands x, Index columns) {
  std::vector<Scalar, CachingAllocator<Scalar>> b(static_cast<std::size_t>(x.k * width));
  for (Index k = 0; k < x.k; ++k) std::copy_n(x.b + k * x.b_row, columns, b.data() + k * width);
  Scalar c[rows * width] = {};
  for (Index r = 0; r < rows; ++r) std::copy_n(x.c + r * x.c_row, columns, c + r * width);
  Operands full = x;
  full.b = b.data();
  full.b_row = width;
  full.c = c;
  full.c_row = width;
  block<rows, 1>(full);
  for (Index r = 0; r < rows; ++r) std::copy_n(c + r * width, columns, x.c + r * x.c_row);
}

/// All columns of up to six rows.
template <Index rows>
void columns_of(Operands x, Index m) {
  auto next = [&](Index columns) {
    x.b += columns;
    x.c += columns;
    m -= columns;
  };
  for (; m >= panel; next(panel)) block<rows, vectors>(x);
  for (; m >= 2 * width; next(2 * width)) block<rows, 2>(x);
  for (; m >= width; next(width)) block<rows, 1>(x);
  if (m > 0) narrow_block<rows>(x, m);
}

/// All rows, six at a time.
void rows_of(Operands x, Index n, Index m) {
  constexpr void (*by_count[])(Operands, Index) = {columns_of<1>, columns_of<2>, columns_of<3>,
                                                   columns_of<4>, columns_of<5>, columns_of<6>};
  for (Index left = n; left > 0; left -= row_block) {
    by_count[std::min(left, row_block) - 1](x, m);
    x.a += row_block * x.a_row;
    x.c += row_block * x.c_row;
  }
}

/// Copies columns [0, m) of op(B) into panels of `panel` columns, each (k, panel), the last filled up with zeros.
void pack(bool transposed, Strided b, Index k, Index m, Scalar* out) {
  for (Index first = 0; first < m; first += panel, out += k * panel) {
    Index columns = std::min(panel, m - first);
    if (columns < panel) std::fill_n(out, k * panel, Scalar(0));
    if (transposed) transpose(b.data + first * b.stride, columns, k, b.stride, out, panel);
    else
      for (Index i = 0; i < k; ++i)
        for (Index j = 0; j < columns; ++j) out[i * panel + j] = b.data[i * b.stride + first + j];
  }
}

/// Rows of C from packed columns of B: (n, k) (k, m).
void packed_rows(Operands x, Index n, Index m) {
  for (Index first = 0; first < m; first += panel) {
    rows_of(x, n, std::min(panel, m - first));
    x.b += x.k * panel;
    x.c += panel;
  }
}

}  // namespace

void gemm(bool transpose_a, bool transpose_b, Index n, Index m, Index k, const Scalar* a, const Scalar* b, Scalar beta, Scalar* c) {
  gemm(transpose_a, transpose_b, n, m, k, 1, {a, transpose_a ? n : k}, {b, transpose_b ? k : m}, beta, c, m);
}

void gemm(bool transpose_a, bool transpose_b, Index n, Index m, Index k, Scalar scale, Strided a, Strided b, Scalar beta, Scalar* c,
          Index c_stride) {
  Index a_row = transpose_a ? 1 : a.stride, a_column = transpose_a ? a.stride : 1;
  if (n == 0 || m == 0) return;
  if (k == 0) return small_gemm(n, m, k, scale, a.data, a_row, a_column, b, beta, c, c_stride);
  // Copying B pays if it must be turned round, or if very many rows will use the copy.
  bool copy = transpose_b || n >= 512;
  std::vector<Scalar, CachingAllocator<Scalar>> panels;
  if (copy) panels.resize(static_cast<std::size_t>(std::min(deep, k) * ((std::min(wide, m) + panel - 1) / panel * panel)));
  for (Index k0 = 0; k0 < k; k0 += deep)
    for (Index m0 = 0; m0 < m; m0 += wide) {
      Index depth = std::min(deep, k - k0), columns = std::min(wide, m - m0);
      const Scalar* from = b.data + (transpose_b ? m0 * b.stride + k0 : k0 * b.stride + m0);
      if (copy) pack(transpose_b, {from, b.stride}, depth, columns, panels.data());
      parallel(n, depth * columns / 32, 8 * row_block, [&](Index begin, Index end) {
        Operands x{depth,
                   scale,
                   k0 == 0 ? beta : 1,
                   a.data + begin * a_row + k0 * a_column,
                   a_row,
                   a_column,
                   from,
                   b.stride,
                   c + begin * c_stride + m0,
                   c_stride};
        if (!copy) return rows_of(x, end - begin, columns);
        x.b = panels.data();
        x.b_row = panel;
        packed_rows(x, end - begin, columns);
      });
    }
}

void small_gemm(Index n, Index m, Index k, Scalar scale, const Scalar* a, Index a_row, Index a_column, Strided b, Scalar beta, Scalar* c,
                Index c_stride) {
  rows_of({k, scale, beta, a, a_row, a_column, b.data, b.stride, c, c_stride}, n, m);
}

}  // namespace qkv::kernels
