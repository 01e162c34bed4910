#pragma once
#include <qkv/nn/linear.h>
#include <qkv/ops/recurrent.h>

namespace qkv::nn {

struct RecurrentOptions {
  Integer num_layers = 1;
  Flag bias = true;
  Flag batch_first = true;  ///< x is (B, T, in), which PyTorch calls batch_first = true; its own default is false: (T, B, in)
  Flag bidirectional = false;
  Nonlinearity nonlinearity = Nonlinearity::tanh;  ///< of RNN only
};

/// What the three recurrent layers share: weight_ih_l{k}[_reverse] (G h, in), weight_hh_l{k}[_reverse] (G h, h), bias_ih..., bias_hh...
/// (G h), all uniform in +-1/sqrt(h) at first. G = 1 (RNN), 4 (LSTM: i f g o), 3 (GRU: r z n). in of layer k > 0 is h times the directions.
struct Recurrent : Module {
  const Index input_size, hidden_size;
  const RecurrentOptions options;
  const std::vector<CellWeights> cells;  ///< index = layer * directions + direction

  Index directions() const { return options.bidirectional ? 2 : 1; }

 protected:
  Recurrent(const char* name, Index gates, Index input_size, Index hidden_size, Rng& rng, const RecurrentOptions& options);

 private:
  std::vector<CellWeights> make_cells(Index gates, Rng& rng);
};

/// output: the last layer's h at every step (B, T, h * directions), forward features first;
/// h_n: every layer's final h (layers * directions, B, h), whatever batch_first says.
struct RNNOutput {
  Tensor output, h_n;
};
struct LSTMOutput {
  Tensor output, h_n, c_n;
};

/// Elman's recurrent network: h_t = tanh(W x_t + b_ih + U h_{t-1} + b_hh), or relu.  Elman 1990.
struct RNN : Recurrent {
  RNN(Integer input_size, Integer hidden_size, Rng& rng, const RecurrentOptions& options = {});
  /// h_0 (layers * directions, B, h); undefined = zeros.
  RNNOutput operator()(const Tensor& x, const Tensor& h_0 = {}) const;
};

/// Long short-term memory: i, f, g, o = gates of (x_t, h_{t-1}); c_t = f c_{t-1} + i g; h_t = o tanh(c_t).
/// Hochreiter and Schmidhuber 1997; Gers et al. 2000.
struct LSTM : Recurrent {
  LSTM(Integer input_size, Integer hidden_size, Rng& rng, const RecurrentOptions& options = {});
  LSTMOutput operator()(const Tensor& x, const Tensor& h_0 = {}, const Tensor& c_0 = {}) const;
};

/// Gated recurrent unit: n = tanh(W_n x + b + r (U_n h + b')), h_t = (1 - z) n + z h_{t-1}.
/// Cho et al. 2014 (PyTorch's form: reset after the product).
struct GRU : Recurrent {
  GRU(Integer input_size, Integer hidden_size, Rng& rng, const RecurrentOptions& options = {});
  RNNOutput operator()(const Tensor& x, const Tensor& h_0 = {}) const;
};

/// A recurrent layer (RNN, LSTM or GRU) reads a sequence, and a linear layer computes the answer from its last state. Nothing else is kept
/// of the steps before.
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
