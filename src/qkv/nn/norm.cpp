#include <qkv/nn/norm.h>
#include <qkv/ops/norm.h>
#include <qkv/tensor/check.h>

#include <cmath>

namespace qkv::nn {

namespace {

/// Before anything is built: the shape, if it can be normalised.
const Shape& normalisable(const Shape& shape, double eps) {
  require(shape.rank() > 0 && shape.count() > 0, "LayerNorm: normalized_shape ", shape, ": must have axes, and none of them empty");
  require(eps >= 0 && std::isfinite(eps), "LayerNorm: eps ", eps, ": must be a finite number, not negative");
  return shape;
}

}  // namespace

LayerNorm::LayerNorm(const Shape& shape, double epsilon, Flag affine)
    : normalized_shape(normalisable(shape, epsilon)),
      eps(epsilon),
      weight(affine ? add_parameter("weight", ones(shape)) : Tensor()),
      bias(affine ? add_parameter("bias", zeros(shape)) : Tensor()) {}

Tensor LayerNorm::operator()(const Tensor& x) const { return layer_norm(x, normalized_shape, weight, bias, eps); }

Dropout::Dropout(double probability, Rng& generator) : p(probability), rng(&generator) {
  require(p >= 0 && p < 1, "Dropout: p ", p, ": must be at least 0 and below 1");
}

Tensor Dropout::operator()(const Tensor& x) const { return dropout(x, p, *rng); }

}  // namespace qkv::nn
