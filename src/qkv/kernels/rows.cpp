#include <qkv/kernels/rows.h>

#include <algorithm>
#include <limits>

namespace qkv::kernels {
namespace {

constexpr Index lanes = 16;

Scalar sum_of_few(const Scalar* __restrict x, Index n) {
  Scalar lane[lanes] = {};
  Index i = 0;
  for (; i + lanes <= n; i += lanes)
    for (Index j = 0; j < lanes; ++j) lane[j] += x[i + j];
  Scalar total = 0;
  for (; i < n; ++i) total += x[i];
  for (Index j = 0; j < lanes; ++j) total += lane[j];
  return total;
}

}  // namespace

Scalar sum(const Scalar* x, Index n) {
  constexpr Index few = 2048;  // a running float loses what is much smaller than itself: it must not run for long
  double total = 0;
  for (Index i = 0; i < n; i += few) total += static_cast<double>(sum_of_few(x + i, std::min(few, n - i)));
  return static_cast<Scalar>(total);
}

Scalar dot(const Scalar* __restrict x, const Scalar* __restrict y, Index n) {
  Scalar lane[lanes] = {};
  Index i = 0;
  for (; i + lanes <= n; i += lanes)
    for (Index j = 0; j < lanes; ++j) lane[j] += x[i + j] * y[i + j];
  Scalar total = 0;
  for (; i < n; ++i) total += x[i] * y[i];
  for (Index j = 0; j < lanes; ++j) total += lane[j];
  return total;
}

Scalar max(const Scalar* __restrict x, Index n) {
  Scalar lane[lanes];
  for (Scalar& value : lane) value = -std::numeric_limits<Scalar>::infinity();
  Index i = 0;
  for (; i + lanes <= n; i += lanes)
    for (Index j = 0; j < lanes; ++j) lane[j] = x[i + j] > lane[j] ? x[i + j] : lane[j];
  Scalar largest = lane[0];
  for (Index j = 1; j < lanes; ++j) largest = lane[j] > largest ? lane[j] : largest;
  for (; i < n; ++i) largest = x[i] > largest ? x[i] : largest;
  return largest;
}

void add_rows(const Scalar* __restrict x, Index rows, Index n, Scalar* __restrict sum) {
  for (Index r = 0; r < rows; ++r, x += n)
    for (Index i = 0; i < n; ++i) sum[i] += x[i];
}

void add_to(const Scalar* __restrict x, Index n, Scalar* __restrict y) {
  for (Index i = 0; i < n; ++i) y[i] += x[i];
}

}  // namespace qkv::kernels
