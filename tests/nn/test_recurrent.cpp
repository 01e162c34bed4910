#include "layers.h"

#include <qkv/nn/recurrent.h>
#include <qkv/nn/recurrent_steps.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/error.h>

using namespace qkv;

namespace {

struct States {
  Tensor output, h_n, c_n;  // c_n of an LSTM only
};

/// The states of one cell (T, B, h) written out step by step, and those after the last step: x (T, B, in).
States cell_by_steps(const nn::Recurrent& net, const Tensor& x, nn::LSTMState state, const CellWeights& weights, bool reverse) {
  const Index T = x.size(0), gates = weights.weight_hh.size(0) / net.hidden_size;
  std::vector<Tensor> states(static_cast<std::size_t>(T));
  for (Index step = 0; step < T; ++step) {
    const Index t = reverse ? T - 1 - step : step;
    Tensor x_t = select(x, 0, t);
    if (gates == 1) state.h = nn::rnn_step(x_t, state.h, weights, net.options.nonlinearity);
    if (gates == 3) state.h = nn::gru_step(x_t, state.h, weights);
    if (gates == 4) state = nn::lstm_step(x_t, state, weights);
    states[t] = state.h;
  }
  return {stack(states), state.h, state.c};
}

/// What a layer must give, for x (T, B, in) and first states (layers * directions, B, h).
States by_steps(const nn::Recurrent& net, const Tensor& x, const Tensor& h_0, const Tensor& c_0) {
  Tensor input = x;
  std::vector<Tensor> h_n, c_n;
  for (Index layer = 0; layer < net.options.num_layers; ++layer) {
    std::vector<Tensor> sides;
    for (Index direction = 0; direction < net.directions(); ++direction) {
      const Index cell = layer * net.directions() + direction;
      States side = cell_by_steps(net, input, {select(h_0, 0, cell), select(c_0, 0, cell)}, net.cells[cell], direction == 1);
      sides.push_back(side.output);
      h_n.push_back(side.h_n);
      c_n.push_back(side.c_n);
    }
    input = concat(sides, 2);
  }
  return {input, stack(h_n), stack(c_n)};
}

States run(const nn::RNN& net, const Tensor& x, const Tensor& h_0, const Tensor&) {
  nn::RNNOutput y = net(x, h_0);
  return {y.output, y.h_n, Tensor()};
}
States run(const nn::GRU& net, const Tensor& x, const Tensor& h_0, const Tensor&) {
  nn::RNNOutput y = net(x, h_0);
  return {y.output, y.h_n, Tensor()};
}
States run(const nn::LSTM& net, const Tensor& x, const Tensor& h_0, const Tensor& c_0) {
  nn::LSTMOutput y = net(x, h_0, c_0);
  return {y.output, y.h_n, y.c_n};
}

/// All results in one row, so that one gradient goes through all of them.
Tensor in_a_row(const States& states) {
  std::vector<Tensor> parts{reshape(states.output, {-1}), reshape(states.h_n, {-1})};
  if (states.c_n.defined()) parts.push_back(reshape(states.c_n, {-1}));
  return concat(parts, 0);
}

nn::RecurrentOptions two_layers_both_ways() {
  nn::RecurrentOptions options;
  options.num_layers = 2;
  options.bidirectional = true;
  options.batch_first = false;
  return options;
}

/// The layer against the steps: values, and the gradients of x, first states and all weights.
template <class Net>
void check_against_steps(const nn::RecurrentOptions& options) {
  Rng rng(5);
  Net net(3, 5, rng, options);
  const Index T = 4, B = 2, cells = options.num_layers * net.directions();
  Tensor x = randn({T, B, 3}, rng), h_0 = randn({cells, B, 5}, rng), c_0 = randn({cells, B, 5}, rng);
  std::vector<Tensor> inputs = with_parameters({x, h_0, c_0}, net);
  for (Tensor& input : inputs) input.requires_grad(true);

  Tensor fused = in_a_row(run(net, x, h_0, c_0));
  Tensor upstream = randn(fused.shape(), rng);
  fused.backward(upstream);
  std::vector<Tensor> gradients;
  for (Tensor& input : inputs) {
    gradients.push_back(input.has_grad() ? input.grad() : zeros(input.shape()));
    input.zero_grad();
  }

  States steps = by_steps(net, x, h_0, c_0);
  if (!std::is_same<Net, nn::LSTM>::value) steps.c_n = Tensor();
  Tensor composed = in_a_row(steps);
  composed.backward(upstream);
  CHECK(largest_difference(fused, composed) < rounding);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    CAPTURE(i);
    CHECK(largest_difference(gradients[i], inputs[i].has_grad() ? inputs[i].grad() : zeros(inputs[i].shape())) < 10 * rounding);
  }
}

template <class Net>
void check_layer_gradients(nn::RecurrentOptions options) {
  options.batch_first = true;
  Rng rng(6);
  Net net(2, 3, rng, options);
  Tensor x = randn({2, 3, 2}, rng), h_0 = randn({options.num_layers * net.directions(), 2, 3}, rng), c_0 = randn(h_0.shape(), rng);
  check_gradient([&](const auto&) { return in_a_row(run(net, x, h_0, c_0)); }, with_parameters({x, h_0, c_0}, net));
}

}  // namespace

TEST_CASE("RNN, LSTM, GRU: the same numbers and gradients as the steps") {
  nn::RecurrentOptions plain;
  plain.batch_first = false;
  nn::RecurrentOptions deep = two_layers_both_ways(), rectified = deep, unbiased = deep;
  rectified.nonlinearity = Nonlinearity::relu;
  unbiased.bias = false;
  for (const nn::RecurrentOptions& options : {plain, deep, unbiased}) {
    check_against_steps<nn::RNN>(options);
    check_against_steps<nn::LSTM>(options);
    check_against_steps<nn::GRU>(options);
  }
  check_against_steps<nn::RNN>(rectified);
}

TEST_CASE("RNN, LSTM, GRU: gradients by differences") {
  check_layer_gradients<nn::RNN>(two_layers_both_ways());
  check_layer_gradients<nn::LSTM>(two_layers_both_ways());
  check_layer_gradients<nn::GRU>(two_layers_both_ways());
}

TEST_CASE("RNN: two steps by hand") {
  Rng rng(1);
  nn::RNN net(1, 1, rng);
  net.load(
      {{"weight_ih_l0", tensor({{2}})}, {"weight_hh_l0", tensor({{0.5}})}, {"bias_ih_l0", tensor({0.1})}, {"bias_hh_l0", tensor({-0.3})}});
  nn::RNNOutput y = net(tensor({{{1}, {-1}}}));
  const double h_1 = std::tanh(2 * 1 + 0.1 - 0.3), h_2 = std::tanh(2 * -1 + 0.1 + 0.5 * h_1 - 0.3);
  CHECK(largest_difference(y.output, tensor({{{h_1}, {h_2}}})) < rounding);
  CHECK(largest_difference(y.h_n, tensor({{{h_2}}})) < rounding);
}

TEST_CASE("LSTM: a step by hand, gates i f g o") {
  Rng rng(1);
  nn::RecurrentOptions unbiased;
  unbiased.bias = false;
  nn::LSTM net(1, 1, rng, unbiased);
  net.load({{"weight_ih_l0", tensor({{0.1}, {0.2}, {0.3}, {0.4}})}, {"weight_hh_l0", tensor({{1}, {2}, {3}, {4}})}});
  nn::LSTMOutput y = net(tensor({{{2}}}), tensor({{{0.5}}}), tensor({{{-1}}}));
  auto sigmoid = [](double z) { return 1 / (1 + std::exp(-z)); };
  const double i = sigmoid(0.2 + 0.5), f = sigmoid(0.4 + 1), g = std::tanh(0.6 + 1.5), o = sigmoid(0.8 + 2);
  const double c = f * -1 + i * g, h = o * std::tanh(c);
  CHECK(y.c_n.item() == doctest::Approx(c));
  CHECK(y.h_n.item() == doctest::Approx(h));
  CHECK(y.output.item() == doctest::Approx(h));
}

TEST_CASE("GRU: a step by hand, gates r z n, reset after the product") {
  Rng rng(1);
  nn::GRU net(1, 1, rng);
  net.load({{"weight_ih_l0", tensor({{0.1}, {0.2}, {0.3}})},
            {"weight_hh_l0", tensor({{1}, {2}, {3}})},
            {"bias_ih_l0", tensor({0.4, 0.5, 0.6})},
            {"bias_hh_l0", tensor({0.7, 0.8, 0.9})}});
  nn::RNNOutput y = net(tensor({{{2}}}), tensor({{{0.5}}}));
  auto sigmoid = [](double a) { return 1 / (1 + std::exp(-a)); };
  const double r = sigmoid(0.2 + 0.4 + 0.5 + 0.7), z = sigmoid(0.4 + 0.5 + 1 + 0.8), n = std::tanh(0.6 + 0.6 + r * (1.5 + 0.9));
  CHECK(y.h_n.item() == doctest::Approx((1 - z) * n + z * 0.5));
}

TEST_CASE("Recurrent: PyTorch's names, and starting values within 1 / sqrt(h)") {
  Rng rng(2);
  nn::LSTM net(3, 4, rng, two_layers_both_ways());
  CHECK(names(net) ==
        "weight_ih_l0 (16, 3), weight_hh_l0 (16, 4), bias_ih_l0 (16,), bias_hh_l0 (16,), "
        "weight_ih_l0_reverse (16, 3), weight_hh_l0_reverse (16, 4), bias_ih_l0_reverse (16,), bias_hh_l0_reverse (16,), "
        "weight_ih_l1 (16, 8), weight_hh_l1 (16, 4), bias_ih_l1 (16,), bias_hh_l1 (16,), "
        "weight_ih_l1_reverse (16, 8), weight_hh_l1_reverse (16, 4), bias_ih_l1_reverse (16,), bias_hh_l1_reverse (16,)");
  for (const Tensor& parameter : net.parameters()) CHECK(largest_difference(parameter, zeros(parameter.shape())) <= 0.5);

  nn::RecurrentOptions unbiased;
  unbiased.bias = false;
  CHECK(names(nn::GRU(3, 4, rng, unbiased)) == "weight_ih_l0 (12, 3), weight_hh_l0 (12, 4)");
}

TEST_CASE("Recurrent: batch_first exchanges axes of x and output, not of the states") {
  Rng rng(3);
  nn::RecurrentOptions options = two_layers_both_ways();
  nn::GRU time_first(3, 4, rng, options);
  options.batch_first = true;
  nn::GRU batch_first(3, 4, rng, options);
  batch_first.load(time_first.named_parameters());
  Tensor x = randn({5, 2, 3}, rng), h_0 = randn({4, 2, 4}, rng);
  nn::RNNOutput a = time_first(x, h_0), b = batch_first(transpose(x, 0, 1), h_0);
  CHECK(a.output.shape() == Shape{5, 2, 8});
  CHECK(b.output.shape() == Shape{2, 5, 8});
  CHECK(b.h_n.shape() == Shape{4, 2, 4});
  CHECK(largest_difference(transpose(a.output, 0, 1), b.output) == 0);
  CHECK(largest_difference(a.h_n, b.h_n) == 0);
}

TEST_CASE("Recurrent: without first states, zeros; forward ends at the last step, backward at the first") {
  Rng rng(3);
  nn::RecurrentOptions options;
  options.bidirectional = true;
  nn::LSTM net(3, 4, rng, options);
  Tensor x = randn({2, 5, 3}, rng);
  nn::LSTMOutput y = net(x), same = net(x, zeros({2, 2, 4}), zeros({2, 2, 4}));
  CHECK(largest_difference(y.output, same.output) == 0);
  CHECK(largest_difference(select(y.h_n, 0, 0), slice(select(y.output, 1, 4), 1, 0, 4)) == 0);
  CHECK(largest_difference(select(y.h_n, 0, 1), slice(select(y.output, 1, 0), 1, 4, 8)) == 0);
}

TEST_CASE("Recurrent: a later step cannot change an earlier output") {
  Rng rng(3);
  nn::GRU net(3, 4, rng);
  Tensor x = randn({1, 5, 3}, rng), changed = x.clone();
  changed.set({0, 3, 1}, 9);
  Tensor before = net(x).output, after = net(changed).output;
  CHECK(largest_difference(slice(before, 1, 0, 3), slice(after, 1, 0, 3)) == 0);
  CHECK(largest_difference(slice(before, 1, 3, 5), slice(after, 1, 3, 5)) > 0.01);
}

TEST_CASE("Recurrent: what cannot be") {
  Rng rng(1);
  CHECK_THROWS_WITH_AS(nn::RNN(0, 4, rng), "RNN: input_size 0, hidden_size 4: must be at least 1", Error);
  nn::RecurrentOptions none;
  none.num_layers = 0;
  CHECK_THROWS_WITH_AS(nn::GRU(3, 4, rng, none), "GRU: num_layers 0: must be at least 1", Error);

  nn::LSTM net(3, 4, rng);
  CHECK_THROWS_WITH_AS(net(ones({2, 5, 4})), "LSTM: x (2, 5, 4): must be (B, T, 3)", Error);
  CHECK_THROWS_WITH_AS(net(ones({5, 3})), "LSTM: x (5, 3): must be (B, T, 3)", Error);
  CHECK_THROWS_WITH_AS(net(ones({2, 0, 3})), "LSTM: x (2, 0, 3): must have at least one step", Error);
  CHECK_THROWS_WITH_AS(net(ones({2, 5, 3}), ones({2, 4})), "LSTM: h_0 (2, 4): must be (1, 2, 4), (layers * directions, B, h)", Error);
  CHECK_THROWS_WITH_AS(net(ones({2, 5, 3}), ones({1, 2, 4}), ones({1, 5, 4})),
                       "LSTM: c_0 (1, 5, 4): must be (1, 2, 4), (layers * directions, B, h)", Error);
  none = {};
  none.batch_first = false;
  CHECK_THROWS_WITH_AS(nn::LSTM(3, 4, rng, none)(ones({2, 5, 4})), "LSTM: x (2, 5, 4): must be (T, B, 3)", Error);
}
