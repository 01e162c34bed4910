#pragma once
#include <qkv/nn/module.h>

namespace qkv::nn {

/// Layer normalisation over the last axes (ops/norm.h), with learned weight (ones at first) and bias (zeros), unless affine is false.
struct LayerNorm : Module {
  const Shape normalized_shape;
  const double eps;
  Parameter weight, bias;

  explicit LayerNorm(const Shape& normalized_shape, double eps = 1e-5, Flag affine = true);
  explicit LayerNorm(std::initializer_list<Index> sizes) : LayerNorm(Shape(sizes)) {}
  explicit LayerNorm(Integer features) : LayerNorm(Shape{features}) {}
  Tensor operator()(const Tensor& x) const;
};

/// Drops numbers with probability p while training (ops/norm.h). Keeps a reference to the generator, which must outlive the layer.
struct Dropout {
  double p;
  Rng* rng;

  Dropout(double p, Rng& rng);
  Tensor operator()(const Tensor& x) const;
};

}  // namespace qkv::nn
