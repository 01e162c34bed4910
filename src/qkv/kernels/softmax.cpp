#include <qkv/kernels/parallel.h>
#include <qkv/kernels/rows.h>
#include <qkv/kernels/softmax.h>
#include <qkv/kernels/transpose.h>
#include <qkv/kernels/vector_math.h>
#include <qkv/tensor/allocator.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace qkv::kernels {
namespace {

constexpr Scalar infinity = std::numeric_limits<Scalar>::infinity();

void softmax_row(const Scalar* x, Index n, Scalar* y) {
  Scalar largest = max(x, n);
  if (largest == infinity) {  // the limit: what is infinite shares everything
    Scalar count = 0;
    for (Index i = 0; i < n; ++i) count += y[i] = x[i] == infinity ? Scalar(1) : x[i] - x[i] == 0 || x[i] < 0 ? Scalar(0) : x[i];
    for (Index i = 0; i < n; ++i) y[i] /= count;
    return;
  }
  const Scalar sum = static_cast<Scalar>(exp_shifted(x, largest == -infinity ? 0 : largest, y, n)), scale = sum == 0 ? 0 : 1 / sum;
  for (Index i = 0; i < n; ++i) y[i] *= scale;
}

void softmax_gradient_row(const Scalar* dy, const Scalar* y, Index n, Scalar* dx) {
  Scalar inner = dot(dy, y, n);
  for (Index i = 0; i < n; ++i) dx[i] = y[i] * (dy[i] - inner);
}

void log_softmax_row(const Scalar* x, Index n, Scalar* y) {
  Scalar largest = max(x, n);
  if (largest == infinity) {  // the limit: what is infinite shares everything
    softmax_row(x, n, y);
    log(y, y, n);
    return;
  }
  const double sum = exp_shifted(x, largest == -infinity ? 0 : largest, y, n);
  double log_sum = 0;
  if (sum > 0 && sum < 2) {  // the largest one's is 1; others may be so small that a sum with it loses them
    *std::find(y, y + n, Scalar(1)) = 0;
    log_sum = std::log1p(sum_in_double(y, n));
  } else {
    log_sum = std::log(sum);
  }
  for (Index i = 0; i < n; ++i) y[i] = sum == 0 ? -infinity : (x[i] - largest) - static_cast<Scalar>(log_sum);
}

void log_softmax_gradient_row(const Scalar* dy, const Scalar* y, Index n, Scalar* dx) {
  Scalar total = sum(dy, n);
  exp(y, dx, n);
  for (Index i = 0; i < n; ++i) dx[i] = dy[i] - dx[i] * total;
}

/// Runs `row(a, b, y)` along an axis: as it is where that axis is the last; elsewhere on copies of a few columns at a time, as rows.
template <class Row>
void along(const Scalar* a, const Scalar* b, Index outer, Index n, Index inner, Scalar* out, Row row) {
  if (inner == 1) {
    parallel(outer, n * 8, 1, [&](Index begin, Index end) {
      for (Index o = begin; o < end; ++o) row(a + o * n, b + o * n, out + o * n);
    });
    return;
  }
  constexpr Index together = 16;
  const Index blocks = (inner + together - 1) / together;  // of columns
  parallel(outer * blocks, n * together * 8, 1, [&](Index begin, Index end) {
    Scratch<Scalar> rows(3 * n * together);
    Scalar *rows_a = rows.data(), *rows_b = a == b ? rows_a : rows_a + n * together, *rows_out = rows_a + 2 * n * together;
    for (Index i = begin; i < end; ++i) {
      const Index column = i % blocks * together, count = std::min(together, inner - column), first = i / blocks * n * inner + column;
      transpose(a + first, n, count, inner, rows_a, n);
      if (a != b) transpose(b + first, n, count, inner, rows_b, n);
      for (Index r = 0; r < count; ++r) row(rows_a + r * n, rows_b + r * n, rows_out + r * n);
      transpose(rows_out, count, n, n, out + first, inner);
    }
  });
}

}  // namespace

void softmax(const Scalar* x, Index outer, Index n, Index inner, Scalar* y) {
  along(x, x, outer, n, inner, y, [=](const Scalar* row, const Scalar*, Scalar* out) { softmax_row(row, n, out); });
}
void softmax_gradient(const Scalar* dy, const Scalar* y, Index outer, Index n, Index inner, Scalar* dx) {
  along(dy, y, outer, n, inner, dx, [=](const Scalar* up, const Scalar* row, Scalar* out) { softmax_gradient_row(up, row, n, out); });
}
void log_softmax(const Scalar* x, Index outer, Index n, Index inner, Scalar* y) {
  along(x, x, outer, n, inner, y, [=](const Scalar* row, const Scalar*, Scalar* out) { log_softmax_row(row, n, out); });
}
void log_softmax_gradient(const Scalar* dy, const Scalar* y, Index outer, Index n, Index inner, Scalar* dx) {
  along(dy, y, outer, n, inner, dx, [=](const Scalar* up, const Scalar* row, Scalar* out) { log_softmax_gradient_row(up, row, n, out); });
}

}  // namespace qkv::kernels
