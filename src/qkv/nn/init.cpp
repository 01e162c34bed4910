#include <qkv/nn/init.h>
#include <qkv/tensor/check.h>

#include <cmath>

namespace qkv::nn {

Tensor fan_in_uniform(const Shape& shape, Index fan_in, Rng& rng) {
  require(fan_in > 0, "fan_in_uniform: fan_in ", fan_in, ": must be at least 1");
  const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
  return rand(shape, rng, -bound, bound);
}

Tensor xavier_uniform(const Shape& shape, Rng& rng) {
  require(shape.rank() == 2 && shape.count() > 0, "xavier_uniform: shape ", shape, ": must be a matrix (out, in)");
  const double bound = std::sqrt(6 / static_cast<double>(shape[0] + shape[1]));
  return rand(shape, rng, -bound, bound);
}

}  // namespace qkv::nn
