#include <qkv/kernels/norm.h>
#include <qkv/kernels/rows.h>

#include <algorithm>
#include <cmath>

namespace qkv::kernels {
namespace {

/// y = x - mean; returns the variance.
Scalar centre(const Scalar* x, Index n, Scalar* y) {
  Scalar mean = sum(x, n) / static_cast<Scalar>(n);
  for (Index i = 0; i < n; ++i) y[i] = x[i] - mean;
  return dot(y, y, n) / static_cast<Scalar>(n);
}

/// For numbers whose squares overflow: y = x / max |x|; returns the maximum. Infinite ones are the limit: they become 1 and -1, all else 0.
Scalar scaled_down(const Scalar* x, Index n, Scalar* y) {
  Scalar largest = 0;
  for (Index i = 0; i < n; ++i) largest = std::max(largest, std::abs(x[i]));
  for (Index i = 0; i < n; ++i) y[i] = std::isinf(x[i]) ? std::copysign(Scalar(1), x[i]) : x[i] / largest;
  return largest;
}

}  // namespace

void layer_norm(const Scalar* __restrict x, const Scalar* weight, const Scalar* bias, double eps, Index rows, Index n,
                Scalar* __restrict xhat, Scalar* __restrict inverse_sigma, Scalar* __restrict y) {
  for (Index r = 0; r < rows; ++r, x += n, xhat += n, y += n) {
    Scalar variance = centre(x, n, xhat) + static_cast<Scalar>(eps), unit = 1;
    if (!std::isfinite(variance)) {
      unit = scaled_down(x, n, xhat);
      variance = centre(xhat, n, xhat);
    }
    Scalar scale = variance > 0 ? 1 / std::sqrt(variance) : 0;  // all equal, and eps = 0
    inverse_sigma[r] = scale / unit;
    for (Index i = 0; i < n; ++i) xhat[i] *= scale;
    for (Index i = 0; i < n; ++i) y[i] = xhat[i] * (weight ? weight[i] : 1) + (bias ? bias[i] : 0);
  }
}

void layer_norm_gradient(const Scalar* __restrict dy, const Scalar* __restrict xhat, const Scalar* __restrict inverse_sigma,
                         const Scalar* weight, Index rows, Index n, Scalar* __restrict dx, Scalar* __restrict dweight,
                         Scalar* __restrict dbias) {
  for (Index r = 0; r < rows; ++r, dy += n, xhat += n, dx += n) {
    for (Index i = 0; i < n; ++i) dx[i] = weight ? dy[i] * weight[i] : dy[i];  // dxhat, for now
    Scalar mean = sum(dx, n) / static_cast<Scalar>(n), mean_xhat = dot(dx, xhat, n) / static_cast<Scalar>(n);
    for (Index i = 0; i < n; ++i) dx[i] = (dx[i] - mean - xhat[i] * mean_xhat) * inverse_sigma[r];
    if (dweight)
      for (Index i = 0; i < n; ++i) dweight[i] += dy[i] * xhat[i];
    if (dbias)
      for (Index i = 0; i < n; ++i) dbias[i] += dy[i];
  }
}

}  // namespace qkv::kernels
