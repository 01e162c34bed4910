#include <qkv/kernels/parallel.h>
#include <qkv/kernels/rows.h>
#include <qkv/kernels/simd.h>
#include <qkv/kernels/transpose.h>
#include <qkv/tensor/allocator.h>

#include <algorithm>
#include <cmath>
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

/// Does a come before b as the largest? A NaN does, before all but a NaN.
bool beats(Scalar a, Scalar b) { return (a > b) | ((a != a) & (b == b)); }
Scalar larger(Scalar a, Scalar b) { return beats(a, b) ? a : b; }

/// The largest of a register's numbers, none NaN.
Scalar largest_lane(const Batch& x) {
  Scalar lane[width];
  x.store_unaligned(lane);
  for (Index half = width / 2; half > 0; half /= 2)
    for (Index i = 0; i < half; ++i) lane[i] = lane[i] > lane[i + half] ? lane[i] : lane[i + half];
  return lane[0];
}

/// The first place where `wanted` holds, which there must be.
template <class Wanted>
Index first_where(const Scalar* x, Index n, Wanted wanted) {
  Index i = 0;
  while (i + width <= n && !xsimd::any(wanted(Batch::load_unaligned(x + i)))) i += width;
  while (!wanted(x[i])) ++i;
  return i;
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
  return largest_lane(largest);
}

namespace {

template <int sign>
Scalar largest_of(const Scalar* x, Index n) {
  constexpr Index block = 4 * width;  // so many maxima run side by side that none waits for the one before
  if (n >= block) {
    Batch a(-infinity), b = a, c = a, d = a;
    Batch::batch_bool_type numbers(true);  // in which places none was NaN so far: a maximum with one is either of the two
    const auto update = [&](Batch& running, const Scalar* from) {
      const Batch loaded = Batch::load_unaligned(from), each = sign > 0 ? loaded : -loaded;
      running = xsimd::max(each, running);
      numbers = numbers & (each == each);  // NOLINT(misc-redundant-expression)
    };
    const auto update_all = [&](const Scalar* from) {
      update(a, from);
      update(b, from + width);
      update(c, from + 2 * width);
      update(d, from + 3 * width);
    };
    for (Index i = 0; i + block < n; i += block) update_all(x + i);
    update_all(x + n - block);  // the last ones; the block before may overlap them
    if (xsimd::all(numbers)) return largest_lane(xsimd::max(xsimd::max(a, b), xsimd::max(c, d)));
  }
  return std::accumulate(x, x + n, -infinity, [=](Scalar so_far, Scalar each) { return larger(Scalar(sign) * each, so_far); });
}

}  // namespace

Scalar largest(const Scalar* x, Index n, Scalar sign) { return sign > 0 ? largest_of<1>(x, n) : largest_of<-1>(x, n); }

void first_largest(const Scalar* x, Index rows, Index n, Index* first) {
  if (n < 4 * width) {  // short rows become columns, so that many are looked at side by side
    constexpr Index together = 256;
    Scratch<Scalar> columns(n * together);
    for (Index r = 0; r < rows; r += together) {
      const Index count = std::min(together, rows - r);
      transpose(x + r * n, count, n, n, columns.data(), count);
      first_largest_down(columns.data(), n, count, first + r);
    }
    return;
  }
  for (Index r = 0; r < rows; ++r, x += n) {
    const Scalar most = largest(x, n);
    auto is_nan = [](auto a) { return !(a == a); };  // NOLINT(misc-redundant-expression)
    first[r] = std::isnan(most) ? first_where(x, n, is_nan) : first_where(x, n, [=](auto a) { return a == most; });
  }
}

void first_largest_down(const Scalar* x, Index rows, Index n, Index* first) {
  Scratch<Scalar> running(n);
  Scalar* __restrict most = running.data();
  Index* __restrict place = first;
  std::copy_n(x, n, most);
  std::fill_n(place, n, Index(0));
  for (Index r = 1; r < rows; ++r) {
    const Scalar* __restrict row = x + r * n;
    for (Index i = 0; i < n; ++i) {
      const bool better = beats(row[i], most[i]);
      place[i] = better ? r : place[i];
      most[i] = better ? row[i] : most[i];
    }
  }
}

void larger_of(const Scalar* __restrict x, Index n, Scalar sign, Scalar* __restrict y) {
  for (Index i = 0; i < n; ++i) y[i] = larger(sign * x[i], y[i]);
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

}  // namespace qkv::kernels
