#include <qkv/kernels/parallel.h>
#include <qkv/kernels/rows.h>
#include <qkv/kernels/simd.h>
#include <qkv/tensor/allocator.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace qkv::kernels {
namespace {

constexpr Scalar infinity = std::numeric_limits<Scalar>::infinity();

/// sum_j += x_j for the columns [begin, end) of `rows` rows, `stride` apart: four rows in floats, what they come to in doubles.
void add_columns(const Scalar* __restrict x, Index rows, Index stride, Index begin, Index end, double* __restrict sum) {
  Index r = 0;
  for (; r + 4 <= rows; r += 4, x += 4 * stride)
    for (Index j = begin; j < end; ++j) sum[j] += static_cast<double>((x[j] + x[j + stride]) + (x[j + 2 * stride] + x[j + 3 * stride]));
  for (; r < rows; ++r, x += stride)
    for (Index j = begin; j < end; ++j) sum[j] += static_cast<double>(x[j]);
}

}  // namespace

double sum_in_double(const Scalar* x, Index n) {
  return sum_of(n, [=](Index i, auto numbers) { return numbers.load(x + i); });
}

Scalar sum(const Scalar* x, Index n) { return static_cast<Scalar>(sum_in_double(x, n)); }

Scalar dot(const Scalar* x, const Scalar* y, Index n) {
  return static_cast<Scalar>(sum_of(n, [=](Index i, auto numbers) { return numbers.load(x + i) * numbers.load(y + i); }));
}

Scalar max(const Scalar* x, Index n) {
  if (n < width) return std::accumulate(x, x + n, -infinity, [](Scalar a, Scalar b) { return a > b ? a : b; });
  Batch largest = Batch::load_unaligned(x + n - width);  // what does not fill a register is looked at in one that overlaps the one before
  for (Index i = 0; i + width < n; i += width) largest = xsimd::max(Batch::load_unaligned(x + i), largest);
  Scalar lane[width];
  largest.store_unaligned(lane);
  for (Index half = width / 2; half > 0; half /= 2)
    for (Index i = 0; i < half; ++i) lane[i] = lane[i] > lane[i + half] ? lane[i] : lane[i + half];
  return lane[0];
}

void add_rows_in_double(const Scalar* x, Index rows, Index n, double* sum) {
  constexpr Index narrow = 64;
  if (n == 0) return;
  if (n < narrow / 2 && rows >= narrow) {  // several rows side by side are a longer one, whose parts are added at last
    const Index together = narrow / n, wide = together * n;
    Scratch<double> parts(wide);
    std::fill_n(parts.data(), wide, 0.0);
    add_rows_in_double(x, rows / together, wide, parts.data());
    for (Index i = 0; i < wide; ++i) sum[i % n] += parts.data()[i];
    add_columns(x + rows / together * wide, rows % together, n, 0, n, sum);
    return;
  }
  // Each thread takes some columns: every number is summed in the order of the rows, whoever does it.
  parallel(n, rows, (n + threads() - 1) / threads(), [=](Index begin, Index end) { add_columns(x, rows, n, begin, end, sum); });
}

void add_rows(const Scalar* x, Index rows, Index n, Scalar* sum) {
  Scratch<double> sums(n);
  std::copy_n(sum, n, sums.data());
  add_rows_in_double(x, rows, n, sums.data());
  for (Index i = 0; i < n; ++i) sum[i] = static_cast<Scalar>(sums.data()[i]);
}

void add_to(const Scalar* __restrict x, Index n, Scalar* __restrict y) {
  for (Index i = 0; i < n; ++i) y[i] += x[i];
}

void add_to(const Scalar* __restrict x, Index n, Scalar* __restrict y, Scalar* __restrict lost) {
  for (Index i = 0; i < n; ++i) {
    const Scalar more = x[i] + lost[i], sum = y[i] + more, rest = more - (sum - y[i]);
    y[i] = sum;
    lost[i] = rest - rest == 0 ? rest : 0;  // nothing is lost beside infinity
  }
}

}  // namespace qkv::kernels
