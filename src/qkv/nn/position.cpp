#include <qkv/nn/position.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/check.h>

#include <cmath>

namespace qkv::nn {
namespace {

/// The angle at position p of pair m: p base^(-2m/d). Pair 0 turns fastest.
double angle(Index position, Index pair, Index dim, double base) {
  return static_cast<double>(position) * std::pow(base, -2 * static_cast<double>(pair) / static_cast<double>(dim));
}

Shape table_shape(Index max_length, Index dim) {
  require(max_length > 0 && dim > 0, "LearnedPosition: max_length ", max_length, ", dim ", dim, ": must be at least 1");
  return {max_length, dim};
}

}  // namespace

Tensor sinusoidal_encoding(Integer length, Integer dim, double base, Integer offset) {
  require(length >= 0 && dim > 0, "sinusoidal_encoding: length ", length, ", dim ", dim, ": must be at least 0 and 1");
  require(base > 0, "sinusoidal_encoding: base ", base, ": must be positive");
  Tensor result = zeros({length, dim});
  Scalar* number = result.mutable_data();
  for (Index t = 0; t < length; ++t)
    for (Index column = 0; column < dim; ++column) {
      const double a = angle(t + offset, column / 2, dim, base);
      *number++ = static_cast<Scalar>(column % 2 == 0 ? std::sin(a) : std::cos(a));
    }
  return result;
}

LearnedPosition::LearnedPosition(Integer max_length, Integer dim, Rng& rng)
    : weight(add_parameter("weight", randn(table_shape(max_length, dim), rng, 0, 0.02))) {}

Tensor LearnedPosition::operator()(const Tensor& x) const {
  const Index max_length = weight.size(0), dim = weight.size(1);
  require(x.rank() == 3 && x.size(2) == dim, "LearnedPosition: x ", x.shape(), ": must be (B, T, ", dim, ")");
  require(x.size(1) <= max_length, "LearnedPosition: x ", x.shape(), ": has ", x.size(1), " positions, the table ", max_length);
  return x + slice(weight, 0, 0, x.size(1));  // (B, T, dim) + (T, dim)
}

Tensor rotary(const Tensor& x, RotaryLayout layout, double base, Integer offset) {
  const Shape shape = x.shape();
  require(shape.rank() >= 2 && shape.back() > 0 && shape.back() % 2 == 0, "rotary: x ", shape, ": must be (..., T, d) with d even");
  require(base > 0, "rotary: base ", base, ": must be positive");
  const Index T = shape[-2], d = shape[-1];

  Tensor cos = zeros({T, d / 2}), sin = zeros({T, d / 2});
  Scalar *c = cos.mutable_data(), *s = sin.mutable_data();
  for (Index t = 0; t < T; ++t)
    for (Index m = 0; m < d / 2; ++m) {
      const double turn = angle(t + offset, m, d, base);
      *c++ = static_cast<Scalar>(std::cos(turn));
      *s++ = static_cast<Scalar>(std::sin(turn));
    }

  const bool interleaved = layout == RotaryLayout::interleaved;
  Tensor a = interleaved ? slice(x, -1, 0, d, 2) : slice(x, -1, 0, d / 2);  // (..., T, d/2)
  Tensor b = interleaved ? slice(x, -1, 1, d, 2) : slice(x, -1, d / 2, d);
  Tensors turned{a * cos - b * sin, a * sin + b * cos};
  return interleaved ? reshape(stack(turned, shape.rank()), shape) : concat(turned, -1);
}

}  // namespace qkv::nn
