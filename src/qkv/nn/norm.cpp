#include <qkv/nn/norm.h>
#include <qkv/ops/norm.h>
#include <qkv/tensor/check.h>

#include <cmath>

namespace qkv::nn {

LayerNorm::LayerNorm(const Shape& shape, double epsilon, bool affine) : normalized_shape(shape), eps(epsilon) {
  require(shape.rank() > 0 && shape.count() > 0, "LayerNorm: normalized_shape ", shape, ": must have axes, and none of them empty");
  require(epsilon >= 0 && std::isfinite(epsilon), "LayerNorm: eps ", epsilon, ": must be a finite number, not negative");
  if (affine) {
    weight = add_parameter("weight", ones(shape));
    bias = add_parameter("bias", zeros(shape));
  }
}

Tensor LayerNorm::operator()(const Tensor& x) const { return layer_norm(x, normalized_shape, weight, bias, eps); }

Dropout::Dropout(double probability, Rng& generator) : p(probability), rng(&generator) {
  require(p >= 0 && p < 1, "Dropout: p ", p, ": must be at least 0 and below 1");
}

Tensor Dropout::operator()(const Tensor& x) const { return dropout(x, p, *rng); }

}  // namespace qkv::nn
