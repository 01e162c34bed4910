#include <qkv/kernels/norm.h>
#include <qkv/kernels/rows.h>

#include <cmath>

namespace qkv::kernels {

void layer_norm(const Scalar* __restrict x, const Scalar* weight, const Scalar* bias, double eps, Index rows, Index n,
                Scalar* __restrict xhat, Scalar* __restrict inverse_sigma, Scalar* __restrict y) {
  for (Index r = 0; r < rows; ++r, x += n, xhat += n, y += n) {
    Scalar mean = sum(x, n) / static_cast<Scalar>(n);
    for (Index i = 0; i < n; ++i) xhat[i] = x[i] - mean;
    Scalar variance = dot(xhat, xhat, n) / static_cast<Scalar>(n);
    Scalar scale = 1 / std::sqrt(variance + static_cast<Scalar>(eps));
    inverse_sigma[r] = scale;
    for (Index i = 0; i < n; ++i) xhat[i] *= scale;
    for (Index i = 0; i < n; ++i) y[i] = xhat[i] * (weight ? weight[i] : 1) + (bias ? bias[i] : 0);
  }
}

void layer_norm_gradient(const Scalar* __restrict dy, const Scalar* __restrict xhat, const Scalar* __restrict inverse_sigma,
                         const Scalar* weight, Index rows, Index n, Scalar* __restrict dx) {
  for (Index r = 0; r < rows; ++r, dy += n, xhat += n, dx += n) {
    for (Index i = 0; i < n; ++i) dx[i] = weight ? dy[i] * weight[i] : dy[i];  // dxhat, for now
    Scalar mean = sum(dx, n) / static_cast<Scalar>(n), mean_xhat = dot(dx, xhat, n) / static_cast<Scalar>(n);
    for (Index i = 0; i < n; ++i) dx[i] = (dx[i] - mean - xhat[i] * mean_xhat) * inverse_sigma[r];
  }
}

}  // namespace qkv::kernels
