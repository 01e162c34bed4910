#pragma once
#include <qkv/nn/transformer.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>

// What layers are put together from, for transformer.cpp and cache.cpp.

namespace qkv::nn {

/// One part, with its residual connection and norm: pre-norm x + f(norm(x)), post-norm norm(x + f(x)).  All (B, T, d_model).
template <class Layer, class Part>
Tensor residual(const Layer& layer, const LayerNorm& norm, const Tensor& x, Part f) {
  if (layer.options.norm_first) return x + layer.dropout(f(norm(x)));
  return norm(x + layer.dropout(f(x)));
}

/// The feed-forward network as a function of x, linear2(act(linear1(x))):  (B, T, d_model) -> (B, T, dim_feedforward) -> (B, T, d_model).
template <class Layer>
auto feed_forward(const Layer& layer) {
  return [&layer](const Tensor& x) {
    Tensor h = layer.linear1(x);
    return layer.linear2(layer.dropout(layer.options.activation == Activation::relu ? relu(h) : gelu(h)));
  };
}

}  // namespace qkv::nn
