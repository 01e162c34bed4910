#include <qkv/kernels/parallel.h>
#include <qkv/kernels/rows.h>
#include <qkv/kernels/simd.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace qkv::kernels {
namespace {

constexpr Scalar infinity = std::numeric_limits<Scalar>::infinity();

Scalar sum_of_few(const Scalar* x, Index n) {
  Batch lanes(Scalar(0));
  Index i = 0;
  for (; i + width <= n; i += width) lanes += Batch::load_unaligned(x + i);
  Scalar total = xsimd::hadd(lanes);
  for (; i < n; ++i) total += x[i];
  return total;
}

}  // namespace

Scalar sum(const Scalar* x, Index n) {
  constexpr Index few = 2048;  // a running float loses what is much smaller than itself: it must not run for long
  double total = 0;
  for (Index i = 0; i < n; i += few) total += static_cast<double>(sum_of_few(x + i, std::min(few, n - i)));
  return static_cast<Scalar>(total);
}

Scalar dot(const Scalar* x, const Scalar* y, Index n) {
  Batch lanes(Scalar(0));
  Index i = 0;
  for (; i + width <= n; i += width) lanes = xsimd::fma(Batch::load_unaligned(x + i), Batch::load_unaligned(y + i), lanes);
  Scalar total = xsimd::hadd(lanes);
  for (; i < n; ++i) total += x[i] * y[i];
  return total;
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

void add_rows(const Scalar* x, Index rows, Index n, Scalar* sum) {
  // Each thread takes some columns: every number is summed in the order of the rows, whoever does it.
  parallel(n, rows, (n + threads() - 1) / threads(), [&](Index begin, Index end) {
    for (Index r = 0; r < rows; ++r) add_to(x + r * n + begin, end - begin, sum + begin);
  });
}

void add_to(const Scalar* __restrict x, Index n, Scalar* __restrict y) {
  for (Index i = 0; i < n; ++i) y[i] += x[i];
}

}  // namespace qkv::kernels
