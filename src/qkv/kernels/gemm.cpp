#include <qkv/kernels/copy.h>
#include <qkv/kernels/gemm.h>
#include <qkv/kernels/parallel.h>
#include <qkv/kernels/simd.h>
#include <qkv/kernels/transpose.h>
#include <qkv/tensor/allocator.h>

#include <algorithm>
#include <cstring>
#include <utility>

// A block of 6 rows and a few vector registers of C stays in registers while k runs: each step loads a row of B once and uses it for six rows of A.
// For that a stretch of B's columns should lie together, so a product of many rows copies B into such panels first.

namespace qkv::kernels {
namespace {

constexpr Index row_block = 6;
constexpr Index vectors = sizeof(Batch) == 64 ? 4 : 2;  // AVX-512 has 32 registers, others 16
constexpr Index panel = vectors * width;                // columns of B that lie together
constexpr Index least_rows = 4 * row_block;             // that one thread takes, or it would only load B
constexpr Index deep = 256, wide = 8 * panel;           // of B at a time: what the second cache holds
constexpr Index long_sum = 16 * deep;                   // of k: what longer sums come to is added in doubles

/// All of a product but its matrices.
struct Product {
  Index k;
  Scalar scale, beta;
  Index a_row, a_column, b_row, c_row;  // between neighbours of a matrix
  Index b_panel;                        // between panels of B
  bool padded;                          // B goes on behind its last column, to a full register
};

/// f(0), ..., f(n - 1), written out one by one: a loop over an array of registers would keep the array in memory.
template <class F, Index... i>
void each_of(std::integer_sequence<Index, i...>, F f) {
  (f(std::integral_constant<Index, i>()), ...);
}
template <Index n, class F>
void unrolled(F f) {
  each_of(std::make_integer_sequence<Index, n>(), f);
}

/// c_ij = scale sum_k a_ik b_kj + beta c_ij for `rows` rows and `registers` of columns.
template <Index rows, Index registers>
void block(const Product& x, const Scalar* a, const Scalar* b, Scalar* c) {
  Batch sum[rows][registers], b_k[registers];
  unrolled<rows>([&](auto r) { unrolled<registers>([&](auto v) { sum[r][v] = Batch(Scalar(0)); }); });
  for (Index k = 0; k < x.k; ++k) {
    unrolled<registers>([&](auto v) { b_k[v] = Batch::load_unaligned(b + v * width); });
    b += x.b_row;  // at once: GCC would otherwise load b_k again for every row
    unrolled<rows>([&](auto r) {
      Batch a_rk(a[r * x.a_row + k * x.a_column]);
      unrolled<registers>([&](auto v) { sum[r][v] = xsimd::fma(a_rk, b_k[v], sum[r][v]); });
    });
  }
  const Batch scale(x.scale), beta(x.beta);
  const Index c_row = x.c_row;
  if (x.beta == 0)
    unrolled<rows>([&](auto r) { unrolled<registers>([&](auto v) { (sum[r][v] * scale).store_unaligned(c + r * c_row + v * width); }); });
  else
    unrolled<rows>([&](auto r) {
      unrolled<registers>([&](auto v) {
        Scalar* at = c + r * c_row + v * width;
        xsimd::fma(sum[r][v], scale, beta * Batch::load_unaligned(at)).store_unaligned(at);
      });
    });
}

/// The last columns, fewer than a register: as a full one, on copies.
template <Index rows>
void narrow_block(Product x, const Scalar* a, const Scalar* b, Scalar* c, Index columns) {
  Scratch<Scalar> b_copy(x.padded ? 0 : x.k * width);
  if (!x.padded) {
    for (Index k = 0; k < x.k; ++k) std::copy_n(b + k * x.b_row, columns, b_copy.data() + k * width);
    b = b_copy.data();
    x.b_row = width;
  }
  Scalar c_copy[rows * width] = {};
  for (Index r = 0; r < rows; ++r) std::copy_n(c + r * x.c_row, columns, c_copy + r * width);
  Index c_row = std::exchange(x.c_row, width);
  block<rows, 1>(x, a, b, c_copy);
  for (Index r = 0; r < rows; ++r) std::copy_n(c_copy + r * width, columns, c + r * c_row);
}

/// A panel of columns, or the last ones, of up to six rows.
template <Index rows>
void columns_of(const Product& x, const Scalar* a, const Scalar* b, Scalar* c, Index m) {
  if (m == panel) return block<rows, vectors>(x, a, b, c);
  Index j = 0;
  for (; j + 2 * width <= m; j += 2 * width) block<rows, 2>(x, a, b + j, c + j);
  for (; j + width <= m; j += width) block<rows, 1>(x, a, b + j, c + j);
  if (j < m) narrow_block<rows>(x, a, b + j, c + j, m - j);
}

/// C (n, m), up to six rows at a time, evenly: 16 rows as 6 + 5 + 5, for a block of few rows fetches as much of B as a full one. A panel of B stays
/// in the first cache while all rows use it.
void multiply(const Product& x, const Scalar* a, const Scalar* b, Scalar* c, Index n, Index m) {
  constexpr void (*by_count[])(const Product&, const Scalar*, const Scalar*, Scalar*, Index) = {
      columns_of<1>, columns_of<2>, columns_of<3>, columns_of<4>, columns_of<5>, columns_of<6>};
  if (n == 0) return;
  const Index blocks = (n + row_block - 1) / row_block, rows = n / blocks, larger = n % blocks;
  for (Index j = 0; j < m; j += panel, b += x.b_panel)
    for (Index i = 0, block = 0; block < blocks; ++block) {
      const Index count = rows + (block < larger);
      by_count[count - 1](x, a + i * x.a_row, b, c + i * x.c_row + j, std::min(panel, m - j));
      i += count;
    }
}

/// Copies op(B) (k, m) into panels of `panel` columns and `deep` rows, the last columns filled up with zeros: all panels of the first rows, then
/// all of the next.
void pack(bool transposed, Strided b, Index k, Index m, Scalar* out) {
  const Index across = (m + panel - 1) / panel, down = (k + deep - 1) / deep;
  parallel(across * down, 2 * std::min(deep, k) * panel, 1, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      Index k0 = i / across * deep, depth = std::min(deep, k - k0), first = i % across * panel, columns = std::min(panel, m - first);
      Scalar* to = out + k0 * across * panel + first * depth;
      if (columns < panel) std::fill_n(to, depth * panel, Scalar(0));
      if (transposed) transpose(b.data + first * b.stride + k0, columns, depth, b.stride, to, panel);
      else
        for (Index r = 0; r < depth; ++r) std::copy_n(b.data + (k0 + r) * b.stride + first, columns, to + r * panel);
    }
  });
}

constexpr Index tiny = 8;  // columns and steps up to which a product is not worth its preparations

using Four [[gnu::vector_size(4 * sizeof(Scalar))]] = Scalar;  // the compiler's own registers, as in transpose.cpp
using Eight [[gnu::vector_size(8 * sizeof(Scalar))]] = Scalar;

/// A product of m columns, no more than a Row has lanes, and of few steps.
template <class Row>
void tiny_product(bool transpose_b, Index n, Index m, const Product& x, const Scalar* a, const Scalar* b, Scalar* c) {
  constexpr Index lanes = sizeof(Row) / sizeof(Scalar);
  Row b_rows[tiny] = {};
  for (Index k = 0; k < x.k; ++k)
    if (m == lanes && !transpose_b) std::memcpy(&b_rows[k], b + k * x.b_row, sizeof(Row));
    else
      for (Index j = 0; j < m; ++j) b_rows[k][j] = transpose_b ? b[j * x.b_row + k] : b[k * x.b_row + j];
  for (Index i = 0; i < n; ++i, a += x.a_row, c += x.c_row) {
    Row sum = {};
    for (Index k = 0; k < x.k; ++k) sum += a[k * x.a_column] * b_rows[k];
    sum *= x.scale;
    if (x.beta != 0)
      for (Index j = 0; j < m; ++j) sum[j] += x.beta * c[j];
    if (m == lanes) std::memcpy(c, &sum, sizeof(Row));
    else
      for (Index j = 0; j < m; ++j) c[j] = sum[j];
  }
}

/// sum_i x_i y_i, in four registers: as in dot(), but for long rows.
Scalar long_dot(const Scalar* x, const Scalar* y, Index n) {
  constexpr Index registers = 4;
  Batch sum[registers];
  unrolled<registers>([&](auto v) { sum[v] = Batch(Scalar(0)); });
  Index i = 0;
  for (; i + registers * width <= n; i += registers * width)
    unrolled<registers>(
        [&](auto v) { sum[v] = xsimd::fma(Batch::load_unaligned(x + i + v * width), Batch::load_unaligned(y + i + v * width), sum[v]); });
  for_registers(n - i, [&](Index j, auto numbers) { sum[0] = xsimd::fma(numbers.load(x + i + j), numbers.load(y + i + j), sum[0]); });
  return xsimd::hadd((sum[0] + sum[1]) + (sum[2] + sum[3]));
}

/// A product with a single column b (k), whose numbers lie together: a dot product for each row.
void matrix_by_vector(Index n, const Product& x, const Scalar* a, const Scalar* b, Scalar* c) {
  parallel(n, x.k, 1, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      Scalar& to = c[i * x.c_row];
      const Scalar sum = x.scale * long_dot(a + i * x.a_row, b, x.k);
      to = x.beta == 0 ? sum : sum + x.beta * to;
    }
  });
}

/// The sum of the lanes of each register, x[i]'s in lane i. Lanes of x[i] and x[i + n] side by side, their halves added: in one register are
/// partial sums of both.
Batch sums_of_lanes(const Batch (&registers)[width]) {
  Lanes x[width];
  std::memcpy(x, registers, sizeof(x));
  for (Index n = width / 2; n > 0; n /= 2)
    for (Index i = 0; i < n; ++i) x[i] = interleave<0>(x[i], x[i + n]) + interleave<width / 2>(x[i], x[i + n]);
  Batch sums;
  std::memcpy(&sums, x, sizeof(sums));
  return sums;
}

constexpr Index few_rows = 2;  // up to which a B that lies turned round is not worth copying: with more, copying is as fast

/// C (rows, m) = scale A B^T + beta C, where B's rows are columns of the product, as in a layer that reads a few words: each number of B is
/// fetched once, for all rows of A. As many sums at a time as a register has lanes: one alone would wait for its own last step, and the lanes of
/// all are added together.
template <Index rows>
void rows_by_rows(const Product& x, const Scalar* a, const Scalar* b, Scalar* c, Index m) {
  constexpr Index at_once = width / rows;
  for (Index j = 0; j < m; j += at_once) {
    const Index columns = std::min(at_once, m - j);
    const Index ahead = j + 2 * at_once <= m ? at_once * x.b_row : 0;  // what comes next is fetched meanwhile: a large B lies far away
    const Scalar* b_row[at_once];
    for (Index i = 0; i < at_once; ++i) b_row[i] = b + (j + std::min(i, columns - 1)) * x.b_row;
    Batch sum[width];
    unrolled<width>([&](auto i) { sum[i] = Batch(Scalar(0)); });
    for_registers(x.k, [&](Index k, auto numbers) {
      Batch a_k[rows];
      unrolled<rows>([&](auto r) { a_k[r] = numbers.load(a + r * x.a_row + k); });
      unrolled<at_once>([&](auto i) {
        __builtin_prefetch(b_row[i] + k + ahead);
        const Batch b_k = numbers.load(b_row[i] + k);
        unrolled<rows>([&](auto r) { sum[r * at_once + i] = xsimd::fma(a_k[r], b_k, sum[r * at_once + i]); });
      });
    });
    Scalar totals[width];  // of each sum, all at once
    sums_of_lanes(sum).store_unaligned(totals);
    for (Index r = 0; r < rows; ++r)
      for (Index i = 0; i < columns; ++i) {
        Scalar& to = c[r * x.c_row + j + i];
        const Scalar total = x.scale * totals[r * at_once + i];
        to = x.beta == 0 ? total : total + x.beta * to;
      }
  }
}

/// A product whose sums are so long that a running float would lose what is small beside it: stretches of k, added in doubles, for a part of C
/// at a time.
void long_gemm(bool transpose_a, bool transpose_b, Index n, Index m, Index k, Scalar scale, Strided a, Strided b, Scalar beta, Scalar* c,
               Index c_stride) {
  constexpr Index tall = 2048;
  const Index most = std::min(n, tall) * std::min(m, wide);
  Scratch<Scalar> stretch(most);
  Scratch<double> total(most);
  for (Index i = 0; i < n; i += tall)
    for (Index j = 0; j < m; j += wide) {
      const Index rows = std::min(tall, n - i), columns = std::min(wide, m - j);
      std::fill_n(total.data(), rows * columns, 0.0);
      for (Index from = 0; from < k; from += long_sum) {
        const Strided a_part{a.data + (transpose_a ? from * a.stride + i : i * a.stride + from), a.stride};
        const Strided b_part{b.data + (transpose_b ? j * b.stride + from : from * b.stride + j), b.stride};
        gemm(transpose_a, transpose_b, rows, columns, std::min(long_sum, k - from), scale, a_part, b_part, 0, stretch.data(), columns);
        for (Index x = 0; x < rows * columns; ++x) total.data()[x] += static_cast<double>(stretch.data()[x]);
      }
      for (Index r = 0; r < rows; ++r)
        for (Index column = 0; column < columns; ++column) {
          Scalar& at = c[(i + r) * c_stride + j + column];
          const double sum = total.data()[r * columns + column];
          at = static_cast<Scalar>(beta == 0 ? sum : sum + static_cast<double>(beta) * static_cast<double>(at));
        }
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
  if (k > long_sum) return long_gemm(transpose_a, transpose_b, n, m, k, scale, a, b, beta, c, c_stride);
  const Product few{k, scale, beta, a_row, a_column, b.stride, c_stride, 0, false};
  if (m <= tiny && k <= tiny)
    return parallel(n, k * m / 4, 1, [&](Index begin, Index end) {
      (m <= 4 ? tiny_product<Four> : tiny_product<Eight>)(transpose_b, end - begin, m, few, a.data + begin * a_row, b.data,
                                                          c + begin * c_stride);
    });
  if (m == 1 && !transpose_a) {
    const bool together = transpose_b || b.stride == 1;
    Scratch<Scalar> column(together ? 0 : k);
    if (!together) copy_rows(b.data, k, 1, b.stride, column.data(), 1);
    return matrix_by_vector(n, few, a.data, together ? b.data : column.data(), c);
  }
  if (n <= few_rows && k >= width && transpose_b && !transpose_a)
    return parallel(m, n * k / 2, 1, [&](Index begin, Index end) {
      (n == 1 ? rows_by_rows<1> : rows_by_rows<2>)(few, a.data, b.data + begin * b.stride, c + begin, end - begin);
    });
  // Copying B pays if it must be turned round, or if very many rows will use the copy.
  const bool copy = transpose_b || n >= 512;
  const Index padded = (m + panel - 1) / panel * panel;
  Scratch<Scalar> panels(copy ? k * padded : 0);
  if (copy) pack(transpose_b, b, k, m, panels.data());
  // As many pieces for one thread as for another, up to four. Whoever computes a row, its numbers are summed in the order of k: the borders may
  // depend on threads() here.
  const Index pieces = threads() * std::clamp<Index>(n / (least_rows * threads()), 1, 4);
  const Index rows = std::max(least_rows, (n + pieces - 1) / pieces);
  parallel(n, k * m / 32, rows, [&](Index begin, Index end) {
    for (Index k0 = 0; k0 < k; k0 += deep)
      for (Index m0 = 0; m0 < m; m0 += wide) {
        const Index depth = std::min(deep, k - k0), columns = std::min(wide, m - m0);
        const Product x{depth, scale, k0 == 0 ? beta : 1, a_row, a_column, copy ? panel : b.stride, c_stride, copy ? depth * panel : panel,
                        copy};
        const Scalar* from = a.data + begin * a_row + k0 * a_column;
        Scalar* to = c + begin * c_stride + m0;
        multiply(x, from, copy ? panels.data() + k0 * padded + m0 * depth : b.data + k0 * b.stride + m0, to, end - begin, columns);
      }
  });
}

void small_gemm(Index n, Index m, Index k, Scalar scale, const Scalar* a, Index a_row, Index a_column, Strided b, Scalar beta, Scalar* c,
                Index c_stride) {
  multiply({k, scale, beta, a_row, a_column, b.stride, c_stride, panel, false}, a, b.data, c, n, m);
}

}  // namespace qkv::kernels
