#include <qkv/kernels/norm.h>
#include <qkv/kernels/parallel.h>
#include <qkv/ops/elementwise.h>
#include <qkv/ops/norm.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <cmath>

namespace qkv {

/// y = xhat weight + bias, xhat = (x - mean) / sigma.
/// With dxhat = dy weight:   dx = (dxhat - mean(dxhat) - xhat mean(dxhat xhat)) / sigma,   dweight = sum dy xhat,   dbias = sum dy.
Tensor layer_norm(const Tensor& x, const Shape& normalized_shape, const Tensor& weight, const Tensor& bias, double eps) {
  Shape shape = x.shape();
  Index lead = shape.rank() - normalized_shape.rank(), n = normalized_shape.count();
  require(normalized_shape.rank() > 0 && lead >= 0 && shape.part(lead, shape.rank()) == normalized_shape, "layer_norm: x ", shape, " over ",
          normalized_shape, ": x must end in these sizes");
  require(n > 0 && eps >= 0 && std::isfinite(eps), "layer_norm: ", n, " numbers to normalise, eps ", eps, ": must be at least 1, and 0");
  for (const Tensor& affine : {weight, bias})
    require(!affine.defined() || affine.shape() == normalized_shape, "layer_norm: weight or bias of shape ",
            affine.defined() ? affine.shape() : Shape{}, ": must be ", normalized_shape);
  Index rows = shape.part(0, lead).count();
  const Scalar* scale = weight.defined() ? weight.data() : nullptr;
  Array y = empty_array(shape), xhat = empty_array(shape), inverse_sigma = empty_array({rows});
  const Scalar* shift = bias.defined() ? bias.data() : nullptr;
  kernels::parallel(rows, 8 * n, 1, [&](Index from, Index to) {
    kernels::layer_norm(x.data() + from * n, scale, shift, eps, to - from, n, xhat.data() + from * n, inverse_sigma.data() + from,
                        y.data() + from * n);
  });

  Tensors inputs{x};
  if (weight.defined()) inputs.push_back(weight);
  if (bias.defined()) inputs.push_back(bias);
  auto pull = [=, xhat = std::move(xhat), inverse_sigma = std::move(inverse_sigma)](const Array& dy, const Array&) -> std::vector<Array> {
    // A block of rows sums for dweight and dbias by itself, and the blocks' sums are added in order.
    constexpr Index block = 64;
    const Index blocks = (rows + block - 1) / block;
    const bool affine = weight.defined(), shifted = bias.defined();
    Array dx = empty_array(shape);
    std::vector<double> dweights(static_cast<std::size_t>(affine ? blocks * n : 0)),
        dbiases(static_cast<std::size_t>(shifted ? blocks * n : 0));
    kernels::parallel(blocks, 8 * n * block, 1, [&](Index begin, Index end) {
      for (Index b = begin; b < end; ++b) {
        Index row = b * block, at = row * n;
        kernels::layer_norm_gradient(dy.data() + at, xhat.data() + at, inverse_sigma.data() + row, scale, std::min(block, rows - row), n,
                                     dx.data() + at, affine ? dweights.data() + b * n : nullptr,
                                     shifted ? dbiases.data() + b * n : nullptr);
      }
    });
    auto total = [=](const std::vector<double>& sums) -> Array {
      Array result = empty_array(normalized_shape);
      for (Index i = 0; i < n; ++i) {
        double sum = 0;
        for (Index b = 0; b < blocks; ++b) sum += sums[b * n + i];
        result.data()[i] = static_cast<Scalar>(sum);
      }
      return result;
    };
    std::vector<Array> gradients = gradients_of(std::move(dx));
    if (affine) gradients.push_back(total(dweights));
    if (shifted) gradients.push_back(total(dbiases));
    return gradients;
  };
  return record("layer_norm", std::move(y), inputs, std::move(pull));
}

/// y = x keep / (1 - p), keep 0 or 1 at random.   dx = dy keep / (1 - p).
Tensor dropout(const Tensor& x, double p, Rng& rng) {
  require(p >= 0 && p < 1, "dropout: p = ", p, ": must be at least 0 and less than 1");
  if (p == 0 || !training()) return x;
  Scalar kept = static_cast<Scalar>(1 / (1 - p));
  Array keep = empty_array(x.shape());
  for (Scalar& each : keep.storage()) each = rng.uniform() < p ? 0 : kept;

  return record("dropout", array(x) * keep, {{x, [keep](const Array& dy) -> Array { return dy * keep; }}});
}

}  // namespace qkv
