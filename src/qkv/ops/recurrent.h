#pragma once
#include <qkv/tensor/tensor.h>

// A whole recurrence as one operation: one direction of one layer. The layers of nn/ use these. nn/recurrent_steps.h writes the same out
// step by step from small operations (`rnn_step` and so on), and tests check that both agree.

namespace qkv {

enum class Nonlinearity { tanh, relu };

/// One direction of one layer, PyTorch layout, G gates stacked by rows: weight_ih (G h, in), weight_hh (G h, h), biases (G h) or undefined.
struct CellWeights {
  Parameter weight_ih, weight_hh, bias_ih, bias_hh;

  /// Overwrites the numbers with those of `other`.  Throws Error if a shape differs, or one has biases and the other has none.
  void copy_from(const CellWeights& other) const;
};

/// h_t = act(W x_t + b_ih + U h_{t-1} + b_hh).  x (T, B, in), h0 (B, h) -> all h_t (T, B, h). `reverse`: from the last step to the first.
Tensor rnn(const Tensor& x, const Tensor& h0, const CellWeights& weights, Nonlinearity nonlinearity = Nonlinearity::tanh,
           Flag reverse = false);

/// LSTM, gates in the order i, f, g, o: c_t = f c_{t-1} + i g, h_t = o tanh(c_t).  -> (2, T, B, h): all h_t, then all c_t.
Tensor lstm(const Tensor& x, const Tensor& h0, const Tensor& c0, const CellWeights& weights, Flag reverse = false);

/// GRU, gates in the order r, z, n: n = tanh(W_n x + b + r (U_n h + b')), h_t = (1 - z) n + z h_{t-1}.  -> all h_t (T, B, h).
Tensor gru(const Tensor& x, const Tensor& h0, const CellWeights& weights, Flag reverse = false);

}  // namespace qkv
