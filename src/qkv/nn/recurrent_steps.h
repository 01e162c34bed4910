#pragma once
#include <qkv/ops/recurrent.h>

// The recurrences written out step by step from small operations: what the lessons show. nn::RNN, nn::LSTM and nn::GRU run the same as
// one operation (ops/recurrent.h); tests hold the two to the same numbers and gradients.

namespace qkv::nn {

/// One step.  x (B, in), h (B, h) -> the next h (B, h).
Tensor rnn_step(const Tensor& x, const Tensor& h, const CellWeights& weights, Nonlinearity nonlinearity = Nonlinearity::tanh);

struct LSTMState {
  Tensor h, c;
};
LSTMState lstm_step(const Tensor& x, const LSTMState& state, const CellWeights& weights);

Tensor gru_step(const Tensor& x, const Tensor& h, const CellWeights& weights);

}  // namespace qkv::nn
