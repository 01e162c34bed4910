#include "layers.h"

#include <qkv/nn/recurrent.h>
#include <qkv/nn/recurrent_steps.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/error.h>

// Their values: test_recurrent.cpp holds the layers to them and both to numbers by hand.

using namespace qkv;

TEST_CASE("rnn_step, lstm_step, gru_step: gradients") {
  Rng rng(7);
  nn::RNN rnn(2, 3, rng);
  nn::LSTM lstm(2, 3, rng);
  nn::GRU gru(2, 3, rng);
  Tensor x = randn({4, 2}, rng), h = randn({4, 3}, rng), c = randn({4, 3}, rng);
  check_gradient([&](const auto&) { return nn::rnn_step(x, h, rnn.cells[0]); }, with_parameters({x, h}, rnn));
  check_gradient([&](const auto&) { return nn::gru_step(x, h, gru.cells[0]); }, with_parameters({x, h}, gru));
  auto both = [&](const auto&) {
    nn::LSTMState next = nn::lstm_step(x, {h, c}, lstm.cells[0]);
    return stack({next.h, next.c});
  };
  check_gradient(both, with_parameters({x, h, c}, lstm));
}

TEST_CASE("rnn_step, lstm_step, gru_step: what cannot be") {
  Rng rng(7);
  CellWeights one = nn::RNN(2, 3, rng).cells[0], four = nn::LSTM(2, 3, rng).cells[0], three = nn::GRU(2, 3, rng).cells[0];
  Tensor x = ones({4, 2}), h = ones({4, 3});
  CHECK_THROWS_WITH_AS(nn::rnn_step(x, ones({1, 3}), one), "rnn_step: x (4, 2), h (1, 3): must be (B, 2), (B, 3)", Error);
  CHECK_THROWS_WITH_AS(nn::gru_step(h, h, three), "gru_step: x (4, 3), h (4, 3): must be (B, 2), (B, 3)", Error);
  CHECK_THROWS_WITH_AS(nn::lstm_step(x, {h, x}, four), "lstm_step: h (4, 3), c (4, 2): must be the same", Error);
  CHECK_THROWS_WITH_AS(nn::lstm_step(x, {h, h}, three), "lstm_step: weight_ih (9, 2), weight_hh (9, 3): must be (4 h, in), (4 h, h)",
                       Error);
}
