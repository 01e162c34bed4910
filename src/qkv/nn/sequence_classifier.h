#pragma once
#include <qkv/nn/linear.h>
#include <qkv/nn/recurrent.h>
#include <qkv/ops/shape.h>

namespace qkv::nn {

/// A recurrent layer (RNN, LSTM or GRU) reads a sequence, and a linear layer reads the answer from its last state: all that is kept of the
/// steps before.
/// Parameters: "layer...." and "read....".
template <class Layer>
struct SequenceClassifier : Module {
  Layer layer;
  Linear read;

  SequenceClassifier(Integer input_size, Integer hidden_size, Integer classes, Rng& rng)
      : layer(add_module("layer", Layer(input_size, hidden_size, rng))), read(add_module("read", Linear(hidden_size, classes, rng))) {}

  /// x (B, T, in) -> the h of the last step (B, h).
  Tensor last_state(const Tensor& x) const { return select(layer(x).output, 1, -1); }
  /// x (B, T, in) -> logits (B, classes).
  Tensor operator()(const Tensor& x) const { return read(last_state(x)); }
};

}  // namespace qkv::nn
