#include <qkv/kernels/norm.h>
#include <qkv/kernels/rows.h>
#include <qkv/kernels/simd.h>

#include <algorithm>
#include <cmath>

namespace qkv::kernels {
namespace {

/// The mean was rounded: what it lacks is the mean of x - mean, and must be taken away too.
struct Centre {
  Scalar rest, variance;
};

/// y = x - mean, but for `rest`.
Centre centre(const Scalar* x, Index n, Scalar* y) {
  const double count = static_cast<double>(n);
  const Batch mean(static_cast<Scalar>(sum_in_double(x, n) / count));
  const double left = sum_of(n, [=](Index i, auto numbers) {
    const Batch centred = numbers.only(numbers.load(x + i) - mean);
    numbers.store(centred, y + i);
    return centred;
  });
  const Batch rest(static_cast<Scalar>(left / count));
  const double squares = sum_of(n, [=](Index i, auto numbers) {
    const Batch centred = numbers.only(numbers.load(y + i) - rest);
    return centred * centred;
  });
  return {static_cast<Scalar>(left / count), static_cast<Scalar>(squares / count)};
}

/// For numbers whose squares overflow: y = x / max |x|; returns the maximum. Infinite ones are the limit: they become 1 and -1, all else 0.
Scalar scaled_down(const Scalar* x, Index n, Scalar* y) {
  Scalar largest = 0;
  for (Index i = 0; i < n; ++i) largest = std::max(largest, std::abs(x[i]));
  for (Index i = 0; i < n; ++i) y[i] = std::isinf(x[i]) ? std::copysign(Scalar(1), x[i]) : x[i] / largest;
  return largest;
}

/// sum_j += x_j y_j for each of `rows` rows: four rows in floats, what they come to in doubles.
void add_rows_of_products(const Scalar* __restrict x, const Scalar* __restrict y, Index rows, Index n, double* __restrict sum) {
  Index r = 0;
  for (; r + 4 <= rows; r += 4, x += 4 * n, y += 4 * n)
    for (Index j = 0; j < n; ++j) {
      auto product = [=](Index row) { return x[j + row * n] * y[j + row * n]; };
      sum[j] += static_cast<double>((product(0) + product(1)) + (product(2) + product(3)));
    }
  for (; r < rows; ++r, x += n, y += n)
    for (Index j = 0; j < n; ++j) sum[j] += static_cast<double>(x[j] * y[j]);
}

}  // namespace

void layer_norm(const Scalar* __restrict x, const Scalar* weight, const Scalar* bias, double eps, Index rows, Index n,
                Scalar* __restrict xhat, Scalar* __restrict inverse_sigma, Scalar* __restrict y) {
  for (Index r = 0; r < rows; ++r, x += n, xhat += n, y += n) {
    Centre centred = centre(x, n, xhat);
    Scalar variance = centred.variance + static_cast<Scalar>(eps), unit = 1;
    if (!std::isfinite(variance)) {
      unit = scaled_down(x, n, xhat);
      centred = centre(xhat, n, xhat);
      variance = centred.variance;
    }
    const Scalar rest = centred.rest, scale = variance > 0 ? 1 / std::sqrt(variance) : 0;  // 0: all equal, and eps = 0
    inverse_sigma[r] = scale / unit;
    for (Index i = 0; i < n; ++i) {
      xhat[i] = (xhat[i] - rest) * scale;
      y[i] = xhat[i] * (weight ? weight[i] : 1) + (bias ? bias[i] : 0);
    }
  }
}

void layer_norm_gradient(const Scalar* dy, const Scalar* xhat, const Scalar* inverse_sigma, const Scalar* weight, Index rows, Index n,
                         Scalar* dx, double* dweight, double* dbias) {
  if (dweight) add_rows_of_products(dy, xhat, rows, n, dweight);
  if (dbias) add_rows_in_double(dy, rows, n, dbias);
  const double count = static_cast<double>(n);
  for (Index r = 0; r < rows; ++r, dy += n, xhat += n, dx += n) {
    const double total = sum_of(n, [=](Index i, auto numbers) {
      const Batch up = numbers.load(dy + i), dxhat = weight ? up * numbers.load(weight + i) : up;
      numbers.store(dxhat, dx + i);  // for now
      return dxhat;
    });
    const Scalar mean = static_cast<Scalar>(total / count), mean_xhat = dot(dx, xhat, n) / static_cast<Scalar>(n);
    for (Index i = 0; i < n; ++i) dx[i] = (dx[i] - mean - xhat[i] * mean_xhat) * inverse_sigma[r];
  }
}

}  // namespace qkv::kernels
