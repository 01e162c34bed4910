#include <qkv/nn/recurrent_steps.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/check.h>

namespace qkv::nn {
namespace {

void check_step(const char* name, Index gates, const Tensor& x, const Tensor& h, const CellWeights& weights) {
  const Shape W = weights.weight_ih.shape(), U = weights.weight_hh.shape();  // (G h, in), (G h, h)
  require(U.rank() == 2 && W.rank() == 2 && U[0] == gates * U[1] && W[0] == U[0], name, ": weight_ih ", W, ", weight_hh ", U, ": must be (",
          gates, " h, in), (", gates, " h, h)");
  require(x.rank() == 2 && h.shape() == Shape{x.size(0), U[1]} && x.size(1) == W[1], name, ": x ", x.shape(), ", h ", h.shape(),
          ": must be (B, ", W[1], "), (B, ", U[1], ")");
}

}  // namespace

Tensor rnn_step(const Tensor& x, const Tensor& h, const CellWeights& w, Nonlinearity nonlinearity) {
  check_step("rnn_step", 1, x, h, w);
  Tensor a = linear(x, w.weight_ih, w.bias_ih) + linear(h, w.weight_hh, w.bias_hh);  // (B, h)
  return nonlinearity == Nonlinearity::tanh ? tanh(a) : relu(a);
}

LSTMState lstm_step(const Tensor& x, const LSTMState& state, const CellWeights& w) {
  check_step("lstm_step", 4, x, state.h, w);
  require(state.c.shape() == state.h.shape(), "lstm_step: h ", state.h.shape(), ", c ", state.c.shape(), ": must be the same");
  Tensors gate = chunk(linear(x, w.weight_ih, w.bias_ih) + linear(state.h, w.weight_hh, w.bias_hh), 4, 1);  // 4 times (B, h)
  Tensor i = sigmoid(gate[0]);  // how much of what is new is written
  Tensor f = sigmoid(gate[1]);  // how much of the memory is kept
  Tensor g = tanh(gate[2]);     // what is new
  Tensor o = sigmoid(gate[3]);  // how much of the memory is shown
  Tensor c = f * state.c + i * g;
  return {o * tanh(c), c};
}

Tensor gru_step(const Tensor& x, const Tensor& h, const CellWeights& w) {
  check_step("gru_step", 3, x, h, w);
  Tensors from_x = chunk(linear(x, w.weight_ih, w.bias_ih), 3, 1);  // 3 times (B, h)
  Tensors from_h = chunk(linear(h, w.weight_hh, w.bias_hh), 3, 1);
  Tensor r = sigmoid(from_x[0] + from_h[0]);   // how much of the old state the proposal sees
  Tensor z = sigmoid(from_x[1] + from_h[1]);   // how much of the old state is kept
  Tensor n = tanh(from_x[2] + r * from_h[2]);  // the proposal
  return (1 - z) * n + z * h;
}

}  // namespace qkv::nn
