#include <qkv/nn/position.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/check.h>

#include <cmath>

namespace qkv::nn {
namespace {

/// wave(angle) of each position p and pair m, (length, pairs).  The angle is p base^(-2m/dim): pair 0 turns fastest.
Tensor waves(Index length, Index pairs, Index dim, double base, Index offset, double (*wave)(double)) {
  Tensor result = zeros({length, pairs});
  Scalar* number = result.mutable_data();
  for (Index p = offset; p < offset + length; ++p)
    for (Index m = 0; m < pairs; ++m) {
      const double turn = std::pow(base, -2 * static_cast<double>(m) / static_cast<double>(dim));
      *number++ = static_cast<Scalar>(wave(static_cast<double>(p) * turn));
    }
  return result;
}

Shape table_shape(Index max_length, Index dim) {
  require(max_length > 0 && dim > 0, "LearnedPosition: max_length ", max_length, ", dim ", dim, ": must be at least 1");
  return {max_length, dim};
}

}  // namespace

Tensor sinusoidal_encoding(Integer length, Integer dim, double base, Integer offset) {
  require(length >= 0 && dim > 0, "sinusoidal_encoding: length ", length, ", dim ", dim, ": must be at least 0 and 1");
  require(base > 0, "sinusoidal_encoding: base ", base, ": must be positive");
  const Index pairs = dim - dim / 2;  // of an odd dim's last pair only the sine
  Tensor sin = waves(length, pairs, dim, base, offset, std::sin), cos = waves(length, pairs, dim, base, offset, std::cos);
  return slice(reshape(stack({sin, cos}, 2), {length, 2 * pairs}), 1, 0, dim);
}

LearnedPosition::LearnedPosition(Integer max_length, Integer dim, Rng& rng)
    : weight(add_parameter("weight", randn(table_shape(max_length, dim), rng, 0, 0.02))) {}

Tensor LearnedPosition::operator()(const Tensor& x, Integer offset) const {
  const Index max_length = weight.size(0), dim = weight.size(1);
  require(x.rank() == 3 && x.size(2) == dim, "LearnedPosition: x ", x.shape(), ": must be (B, T, ", dim, ")");
  const Index end = offset + x.size(1);
  require(offset >= 0, "LearnedPosition: offset ", offset, ": must not be negative");
  require(end <= max_length, "LearnedPosition: x ", x.shape(), ": has ", end, " positions, the table ", max_length);
  return x + slice(weight, 0, offset, end);  // (B, T, dim) + (T, dim)
}

Tensor rotary(const Tensor& x, RotaryLayout layout, double base, Integer offset) {
  const Shape shape = x.shape();
  require(shape.rank() >= 2 && shape.back() > 0 && shape.back() % 2 == 0, "rotary: x ", shape, ": must be (..., T, d) with d even");
  require(base > 0, "rotary: base ", base, ": must be positive");
  const Index T = shape[-2], d = shape[-1];
  Tensor cos = waves(T, d / 2, d, base, offset, std::cos), sin = waves(T, d / 2, d, base, offset, std::sin);
  const bool interleaved = layout == RotaryLayout::interleaved;
  Tensor a = interleaved ? slice(x, -1, 0, d, 2) : slice(x, -1, 0, d / 2);  // (..., T, d/2)
  Tensor b = interleaved ? slice(x, -1, 1, d, 2) : slice(x, -1, d / 2, d);
  Tensors turned{a * cos - b * sin, a * sin + b * cos};
  return interleaved ? reshape(stack(turned, shape.rank()), shape) : concat(turned, -1);
}

}  // namespace qkv::nn
