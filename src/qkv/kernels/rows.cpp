#include <qkv/kernels/rows.h>

#include <limits>

namespace qkv::kernels {
namespace {
constexpr Index lanes = 16;
}

Scalar sum(const Scalar* __restrict x, Index n) {
  Scalar lane[lanes] = {};
  Index i = 0;
  for (; i + lanes <= n; i += lanes)
    for (Index j = 0; j < lanes; ++j) lane[j] += x[i + j];
  Scalar total = 0;
  for (; i < n; ++i) total += x[i];
  for (Index j = 0; j < lanes; ++j) total += lane[j];
  return total;
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
