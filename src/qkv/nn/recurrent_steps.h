#pragma once
#include <qkv/ops/recurrent.h>

// The recurrences written step by step with small operations: the lessons show these. nn::RNN, nn::LSTM and nn::GRU compute the same as one
// operation (ops/recurrent.h); tests check that both give the same numbers and gradients.

namespace qkv::nn {

/// One step.  x (B, in), h (B, h) -> the next h (B, h).
Tensor rnn_step(const Tensor& x, const Tensor& h, const CellWeights& weights, Nonlinearity nonlinearity = Nonlinearity::tanh);

struct LSTMState {
  Tensor h, c;
};
LSTMState lstm_step(const Tensor& x, const LSTMState& state, const CellWeights& weights);

Tensor gru_step(const Tensor& x, const Tensor& h, const CellWeights& weights);

}  // namespace qkv::nn
