#include <tensor/compare.h>

#include <qkv/kernels/recurrent_cells.h>

using namespace qkv;

namespace {

double sigmoid(double v) { return 1 / (1 + std::exp(-v)); }

}  // namespace

// The gradients of the cells are tested in tests/ops/test_gradients.cpp and test_recurrent.cpp.

TEST_CASE("lstm_cell: a batch of two, gates side by side, the bias joins") {
  Tensor gates = tensor({{0.5, 2, 4, 2}, {-1.5, -2, -2, -6}}), bias = tensor({0.5, 0, -1, 2});
  Tensor before = tensor({{0.5}, {-2}}), c = zeros({2, 1}), h = zeros({2, 1});
  kernels::lstm_cell(gates.mutable_data(), bias.data(), before.data(), 2, 1, c.mutable_data(), h.mutable_data());
  double c0 = sigmoid(2) * 0.5 + sigmoid(1) * std::tanh(3), c1 = sigmoid(-2) * -2 + sigmoid(-1) * std::tanh(-3);
  CHECK_CLOSE(gates, tensor({{sigmoid(1), sigmoid(2), std::tanh(3), sigmoid(4)}, {sigmoid(-1), sigmoid(-2), std::tanh(-3), sigmoid(-4)}}));
  CHECK_CLOSE(c, tensor({{c0}, {c1}}));
  CHECK_CLOSE(h, tensor({{sigmoid(4) * std::tanh(c0)}, {sigmoid(-4) * std::tanh(c1)}}));
}

TEST_CASE("gru_cell: the biases join, and the reset gate acts after the product") {
  Tensor gates = tensor({{1, 1, 4}}), hidden = tensor({{-0.5, 0, 1.5}}), bias = tensor({0, 1, -1}), hidden_bias = tensor({0, 0.25, 0.5});
  Tensor before = tensor({{0.75}}), h = zeros({1, 1});
  kernels::gru_cell(gates.mutable_data(), hidden.mutable_data(), bias.data(), hidden_bias.data(), before.data(), 1, 1, h.mutable_data());
  double r = sigmoid(0.5), z = sigmoid(2.25), n = std::tanh(3 + r * 2);
  CHECK_CLOSE(gates, tensor({{r, z, n}}));
  CHECK_CLOSE(hidden, tensor({{-0.5, 0, 2}}));
  CHECK_CLOSE(h, tensor({{(1 - z) * n + z * 0.75}}));
}
