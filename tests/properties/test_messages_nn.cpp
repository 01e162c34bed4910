#include "messages.h"

#include <qkv/fit.h>
#include <qkv/nn/attention.h>
#include <qkv/nn/convolution.h>
#include <qkv/nn/decode.h>
#include <qkv/nn/init.h>
#include <qkv/nn/jacobian.h>
#include <qkv/nn/norm.h>
#include <qkv/nn/position.h>
#include <qkv/nn/recurrent.h>
#include <qkv/nn/recurrent_steps.h>

using namespace qkv;

namespace {

nn::Linear linear() { return nn::Linear(2, 3, rng()); }

nn::RecurrentOptions layers(Index count) {
  nn::RecurrentOptions options;
  options.num_layers = count;
  return options;
}

nn::Conv2d grouped(Index groups) {
  nn::Conv2dOptions options;
  options.groups = groups;
  return nn::Conv2d(2, 3, 2, rng(), options);
}

/// Registers two tensors, and adopts a layer as often.
struct Own : nn::Module {
  Own(const Tensor& first, const Tensor& second) {
    add_parameter("w", first);
    add_parameter(second.defined() ? "w" : "v", second);
  }
  explicit Own(const nn::Linear& part) {
    adopt("part", part);
    adopt("part", part);
  }
};

nn::SequenceClassifier<nn::LSTM> reader() { return nn::SequenceClassifier<nn::LSTM>(2, 3, 4, rng()); }

void fit_linear(const Tensor& x, const Indices& target, Index epochs = 1, Index batch = 2, double lr = 0.1) {
  FitOptions options;
  options.epochs = epochs;
  options.batch = batch;
  options.lr = lr;
  fit(linear(), x, target, options, rng(), [](double) {});
}

const auto first_numbers = [](const Tensor& x) { return select(select(x, 2, 0), 1, 0); };  // (B, T, in) -> (B)
const auto ignoring_the_last = [](const Tensor& x) { return select(x, 1, 0); };            // (B, T, in) -> (B, in)
const auto constant_pair = [](const Tensor&) { return zeros({2, 2}); };

/// From 2 numbers to 4 hidden ones.
CellWeights cell(Index gates) { return {zeros({gates * 4, 2}), zeros({gates * 4, 4}), Tensor(), Tensor()}; }

}  // namespace

// A row is a call, and what is said of it.
// clang-format off

TEST_CASE("messages: Module") {
  check_messages({
      {[] { linear().parameter("weights"); }, "parameter: no 'weights': there are weight, bias"},
      {[] { linear().load({}); },
       "load: nothing was loaded, because the tensors do not fit the module:\n  missing: weight (3, 2)\n  missing: bias (3,)"},
      {[] { linear().load({{"weight", zeros({3, 2})}, {"bias", zeros({3})}, {"more", zeros({1})}}); },
       "load: nothing was loaded, because the tensors do not fit the module:\n  unexpected: more (1,)"},
      {[] { linear().load({{"weight", zeros({3, 2})}, {"weight", zeros({3, 2})}, {"bias", zeros({3})}}); },
       "load: nothing was loaded, because the tensors do not fit the module:\n  given twice: weight"},
      {[] { linear().load({{"weight", zeros({2, 3})}, {"bias", Tensor()}}); },
       "load: nothing was loaded, because the tensors do not fit the module:\n  wrong shape: weight (2, 3), must be (3, 2)\n  missing: "
       "bias (3,)"},
      {[] { linear().parameter(""); }, "parameter: no '': there are weight, bias"},
      {[] { Own(zeros({1}), zeros({1})); }, "add_parameter: there is a 'w' already"},
      {[] { Own(zeros({1}), Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Own(leaf({1}) * 2, zeros({1})); }, "requires_grad: this tensor is the result of 'mul': set it on a leaf, or detach() first"},
      {[] { Own(linear()).parameter("w"); }, "add_parameter: there is a 'part.weight' already"},
      {[] { nn::AdditiveAttention(2, 3, 4, rng()).parameter("w"); }, "parameter: no 'w': there are v, W1.weight, W2.weight"},
  });
}

TEST_CASE("messages: Linear") {
  check_messages({
      {[] { nn::Linear(0, 3, rng()); }, "Linear: 0 features in, 3 out: must be at least 1"},
      {[] { nn::Linear(2, -1, rng()); }, "Linear: 2 features in, -1 out: must be at least 1"},
      {[] { nn::Linear(zeros({3})); }, "Linear: shared weight (3,): must be a matrix (out, in)"},
      {[] { nn::Linear(5); }, "Linear: shared weight (): must be a matrix (out, in)"},
      {[] { nn::Linear(linear().weight.T()); },
       "Linear: shared weight (2, 3) is the result of 'permute': must be another layer's own"},
      {[] { nn::Linear{Tensor()}; }, "tensor: this handle is empty: it was never given a value"},
      {[] { linear()(zeros({4, 3})); }, "linear: x (4, 3) with weight (3, 2): the last axis of x must have size 2"},
      {[] { linear()(Tensor(1)); }, "linear: x () with weight (3, 2): the last axis of x must have size 2"},
      {[] { linear()(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: Embedding") {
  check_messages({
      {[] { nn::Embedding(0, 3, rng()); }, "Embedding: num_embeddings 0, embedding_dim 3: must be at least 1"},
      {[] { nn::Embedding(3, 0, rng()); }, "Embedding: num_embeddings 3, embedding_dim 0: must be at least 1"},
      {[] { nn::Embedding(3, 2, rng(), 3); }, "Embedding: padding_idx 3 in a table of 3 rows: must be from -3 to 2"},
      {[] { nn::Embedding(3, 2, rng(), -4); }, "Embedding: padding_idx -4 in a table of 3 rows: must be from -3 to 2"},
      {[] { nn::Embedding(3, 2, rng())({3}); }, "embedding: index 3 in a table of 3 rows: must be from 0 to 2"},
      {[] { nn::Embedding(3, 2, rng())({-1}); }, "embedding: index -1 in a table of 3 rows: must be from 0 to 2"},
      {[] { nn::Embedding(3, 2, rng())(Indices()); }, "embedding: indices of shape () with 0 values: must be as many as the shape holds"},
  });
}

TEST_CASE("messages: Conv1d, Conv2d") {
  check_messages({
      {[] { nn::Conv1d(0, 3, 2, rng()); }, "Conv1d: 0 channels in, 3 out: must be at least 1"},
      {[] { nn::Conv1d(2, 3, 0, rng()); }, "Conv1d: kernel_size 0: must be at least 1"},
      {[] { nn::Conv1d(2, 3, 2, rng())(zeros({1, 3, 5})); },
       "conv1d: x (1, 3, 5) with weight (3, 2, 2) in groups of 1: must be C = groups times (C / groups), and out a multiple of the groups"},
      {[] { nn::Conv1d(2, 3, 2, rng())(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { nn::Conv2d(2, -3, 2, rng()); }, "Conv2d: 2 channels in, -3 out: must be at least 1"},
      {[] { nn::Conv2d(2, 3, {2, 0}, rng()); }, "Conv2d: kernel_size 0: must be at least 1"},
      {[] { grouped(2); }, "Conv2d: 2 channels in, 3 out, in groups of 2: must be multiples of the groups"},
      {[] { grouped(0); }, "Conv2d: 2 channels in, 3 out, in groups of 0: must be multiples of the groups"},
      {[] { nn::Conv2d(2, 3, 2, rng())(zeros({1, 2, 5})); }, "conv2d: x (1, 2, 5): must be (B, C, H, W)"},
  });
}

TEST_CASE("messages: LayerNorm, Dropout") {
  check_messages({
      {[] { nn::LayerNorm(Shape{}); }, "LayerNorm: normalized_shape (): must have axes, and none of them empty"},
      {[] { nn::LayerNorm(0); }, "LayerNorm: normalized_shape (0,): must have axes, and none of them empty"},
      {[] { nn::LayerNorm(Shape{3}, -1); }, "LayerNorm: eps -1: must be a finite number, not negative"},
      {[] { nn::LayerNorm(3)(zeros({2, 4})); }, "layer_norm: x (2, 4) over (3,): x must end in these sizes"},
      {[] { nn::Dropout(1, rng()); }, "Dropout: p 1: must be at least 0 and below 1"},
      {[] { nn::Dropout(-0.5, rng()); }, "Dropout: p -0.5: must be at least 0 and below 1"},
      {[] { nn::Dropout(not_a_number, rng()); }, "Dropout: p nan: must be at least 0 and below 1"},
      {[] { nn::LayerNorm(Shape{3}, not_a_number); }, "LayerNorm: eps nan: must be a finite number, not negative"},
      {[] { nn::LayerNorm(Shape{3}, inf); }, "LayerNorm: eps inf: must be a finite number, not negative"},
      {[] { nn::LayerNorm(3)(Tensor(1)); }, "layer_norm: x () over (3,): x must end in these sizes"},
      {[] { nn::LayerNorm(3)(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { nn::Dropout(0.5, rng())(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: where weights start") {
  check_messages({
      {[] { nn::fan_in_uniform({2}, 0, rng()); }, "fan_in_uniform: fan_in 0: must be at least 1"},
      {[] { nn::fan_in_uniform({2}, -1, rng()); }, "fan_in_uniform: fan_in -1: must be at least 1"},
      {[] { nn::fan_in_uniform({-2}, 1, rng()); }, "rand: shape (-2,): sizes must not be negative"},
      {[] { nn::xavier_uniform({2}, rng()); }, "xavier_uniform: shape (2,): must be a matrix (out, in)"},
      {[] { nn::xavier_uniform({2, 0}, rng()); }, "xavier_uniform: shape (2, 0): must be a matrix (out, in)"},
      {[] { nn::xavier_uniform({}, rng()); }, "xavier_uniform: shape (): must be a matrix (out, in)"},
      {[] { nn::orthogonal(0, rng()); }, "orthogonal: n 0: must be at least 1"},
      {[] { nn::orthogonal(-3, rng()); }, "orthogonal: n -3: must be at least 1"},
      {[] { nn::orthogonal(Index{1} << 40, rng()); }, "shape: (1099511627776, 1099511627776) holds more numbers than any memory"},
      {[] { nn::xavier_uniform({-2, -3}, rng()); }, "xavier_uniform: shape (-2, -3): must be a matrix (out, in)"},
  });
}

TEST_CASE("messages: positions") {
  check_messages({
      {[] { nn::sinusoidal_encoding(-1, 2); }, "sinusoidal_encoding: length -1, dim 2: must be at least 0 and 1"},
      {[] { nn::sinusoidal_encoding(2, 0); }, "sinusoidal_encoding: length 2, dim 0: must be at least 0 and 1"},
      {[] { nn::sinusoidal_encoding(2, 2, 0); }, "sinusoidal_encoding: base 0: must be positive"},
      {[] { nn::sinusoidal_encoding(2, 2, not_a_number); }, "sinusoidal_encoding: base nan: must be positive"},
      {[] { nn::LearnedPosition(0, 2, rng()); }, "LearnedPosition: max_length 0, dim 2: must be at least 1"},
      {[] { nn::LearnedPosition(3, 2, rng())(zeros({1, 4, 2})); }, "LearnedPosition: x (1, 4, 2): has 4 positions, the table 3"},
      {[] { nn::LearnedPosition(3, 2, rng())(zeros({1, 3, 3})); }, "LearnedPosition: x (1, 3, 3): must be (B, T, 2)"},
      {[] { nn::LearnedPosition(3, 2, rng())(zeros({3, 2})); }, "LearnedPosition: x (3, 2): must be (B, T, 2)"},
      {[] { nn::rotary(zeros({2, 3})); }, "rotary: x (2, 3): must be (..., T, d) with d even"},
      {[] { nn::rotary(zeros({4})); }, "rotary: x (4,): must be (..., T, d) with d even"},
      {[] { nn::rotary(zeros({2, 4}), nn::RotaryLayout::half, -1); }, "rotary: base -1: must be positive"},
      {[] { nn::rotary(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { nn::LearnedPosition(3, 0, rng()); }, "LearnedPosition: max_length 3, dim 0: must be at least 1"},
      {[] { nn::LearnedPosition(3, 2, rng())(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { nn::rotary(zeros({2, 0})); }, "rotary: x (2, 0): must be (..., T, d) with d even"},
      {[] { nn::rotary(zeros({2, 4}), nn::RotaryLayout::half, not_a_number); }, "rotary: base nan: must be positive"},
  });
}

TEST_CASE("messages: reach") {
  check_messages({
      {[] { nn::copies_of(zeros({3}), 2); }, "copies_of: sequence (3,): must be (T, in), with a step or more"},
      {[] { nn::copies_of(zeros({0, 2}), 2); }, "copies_of: sequence (0, 2): must be (T, in), with a step or more"},
      {[] { nn::copies_of(zeros({3, 2}), 0); }, "copies_of: count 0: must be at least 1"},
      {[] { nn::norm_at_distance(zeros({3, 2})); }, "norm_at_distance: gradient (3, 2): must be (B, T, in)"},
      {[] { nn::norm_at_distance(Tensor(1)); }, "norm_at_distance: gradient (): must be (B, T, in)"},
      {[] { nn::norm_at_distance(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { nn::copies_of(Tensor(), 2); }, "tensor: this handle is empty: it was never given a value"},
      {[] { nn::norm_at_distance(zeros({1, 2, 3, 4})); }, "norm_at_distance: gradient (1, 2, 3, 4): must be (B, T, in)"},
      {[] { nn::jacobian(first_numbers, zeros({3, 2}), 2); },
       "backward: upstream gradient of shape (2, 2) for a tensor of shape (2,): must be the same"},
      {[] { nn::jacobian(constant_pair, zeros({3, 2}), 2); },
       "backward: no input of this tensor requires a gradient: set requires_grad(true) on a leaf before computing"},
      {[] { nn::jacobian(first_numbers, zeros({3}), 2); }, "copies_of: sequence (3,): must be (T, in), with a step or more"},
      {[] { nn::jacobian(first_numbers, zeros({3, 2}), 0); }, "copies_of: count 0: must be at least 1"},
      {[] { nn::reach(first_numbers, zeros({3, 2}), 2); },
       "backward: upstream gradient of shape (2, 2) for a tensor of shape (2,): must be the same"},
      {[] { nn::reach(constant_pair, zeros({3, 2}), 2); },
       "backward: no input of this tensor requires a gradient: set requires_grad(true) on a leaf before computing"},
      {[] { nn::reach(ignoring_the_last, zeros({3, 2}), 2); },
       "reach: the derivative with respect to the last step is 0: must be above 0, to be a measure"},
      {[] { nn::reach(first_numbers, zeros({0, 2}), 2); }, "copies_of: sequence (0, 2): must be (T, in), with a step or more"},
  });
}

TEST_CASE("messages: RNN, LSTM, GRU") {
  check_messages({
      {[] { nn::RNN(0, 3, rng()); }, "RNN: input_size 0, hidden_size 3: must be at least 1"},
      {[] { nn::RNN(2, 3, rng())(zeros({1, 4, 3})); }, "RNN: x (1, 4, 3): must be (B, T, 2)"},
      {[] { nn::RNN(2, 3, rng())(zeros({1, 0, 2})); }, "RNN: x (1, 0, 2): must have at least one step"},
      {[] { nn::RNN(2, 3, rng())(zeros({4, 2})); }, "RNN: x (4, 2): must be (B, T, 2)"},
      {[] { nn::RNN(2, 3, rng())(zeros({1, 4, 2}), zeros({1, 3})); }, "RNN: h_0 (1, 3): must be (1, 1, 3), (layers * directions, B, h)"},
      {[] { nn::LSTM(2, 0, rng()); }, "LSTM: input_size 2, hidden_size 0: must be at least 1"},
      {[] { nn::LSTM(2, 3, rng())(zeros({1, 4, 2}), zeros({1, 1, 3}), zeros({1, 1, 4})); },
       "LSTM: c_0 (1, 1, 4): must be (1, 1, 3), (layers * directions, B, h)"},
      {[] { nn::LSTM(2, 3, rng())(zeros({1, 4, 5})); }, "LSTM: x (1, 4, 5): must be (B, T, 2)"},
      {[] { nn::GRU(-1, 3, rng()); }, "GRU: input_size -1, hidden_size 3: must be at least 1"},
      {[] { nn::GRU(2, 3, rng())(zeros({1, 4, 2}), zeros({2, 1, 3})); },
       "GRU: h_0 (2, 1, 3): must be (1, 1, 3), (layers * directions, B, h)"},
      {[] { nn::GRU(2, 3, rng())(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { nn::GRU(2, 3, rng(), layers(0)); }, "GRU: num_layers 0: must be at least 1"},
      {[] { nn::RNN(2, 3, rng(), layers(-1)); }, "RNN: num_layers -1: must be at least 1"},
      {[] { nn::RNN(2, 3, rng())(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { nn::LSTM(2, Index{1} << 62, rng()); }, "shape: (4, 4611686018427387904, 2) holds more numbers than any memory"},
      {[] { nn::LSTM(2, 3, rng(), layers(0)); }, "LSTM: num_layers 0: must be at least 1"},
      {[] { nn::LSTM(2, 3, rng())(zeros({1, 0, 2})); }, "LSTM: x (1, 0, 2): must have at least one step"},
      {[] { nn::LSTM(2, 3, rng())(zeros({1, 4, 2}), zeros({1, 2, 3})); },
       "LSTM: h_0 (1, 2, 3): must be (1, 1, 3), (layers * directions, B, h)"},
      {[] { nn::GRU(2, 3, rng())(zeros({4, 2})); }, "GRU: x (4, 2): must be (B, T, 2)"},
      {[] { nn::GRU(2, 3, rng())(zeros({1, 0, 2})); }, "GRU: x (1, 0, 2): must have at least one step"},
  });
}

TEST_CASE("messages: steps") {
  check_messages({
      {[] { nn::rnn_step(zeros({3, 5}), zeros({3, 4}), cell(1)); }, "rnn_step: x (3, 5), h (3, 4): must be (B, 2), (B, 4)"},
      {[] { nn::rnn_step(zeros({3, 2}), zeros({3, 4}), cell(3)); },
       "rnn_step: weight_ih (12, 2), weight_hh (12, 4): must be (1 h, in), (1 h, h)"},
      {[] { nn::rnn_step(zeros({2}), zeros({4}), cell(1)); }, "rnn_step: x (2,), h (4,): must be (B, 2), (B, 4)"},
      {[] { nn::lstm_step(zeros({3, 2}), {zeros({3, 4}), zeros({3, 5})}, cell(4)); }, "lstm_step: h (3, 4), c (3, 5): must be the same"},
      {[] { nn::lstm_step(zeros({3, 2}), {zeros({2, 4}), zeros({2, 4})}, cell(4)); },
       "lstm_step: x (3, 2), h (2, 4): must be (B, 2), (B, 4)"},
      {[] { nn::lstm_step(zeros({3, 2}), {zeros({3, 4}), zeros({3, 4})}, cell(1)); },
       "lstm_step: weight_ih (4, 2), weight_hh (4, 4): must be (4 h, in), (4 h, h)"},
      {[] { nn::gru_step(zeros({3, 2}), zeros({3, 5}), cell(3)); }, "gru_step: x (3, 2), h (3, 5): must be (B, 2), (B, 4)"},
      {[] { nn::gru_step(zeros({3, 2}), zeros({3, 4}), cell(4)); },
       "gru_step: weight_ih (16, 2), weight_hh (16, 4): must be (3 h, in), (3 h, h)"},
      {[] { nn::gru_step(zeros({3, 2}), Tensor(), cell(3)); }, "tensor: this handle is empty: it was never given a value"},
      {[] { nn::rnn_step(Tensor(), zeros({3, 4}), cell(1)); }, "tensor: this handle is empty: it was never given a value"},
      {[] { nn::rnn_step(zeros({3, 2}), zeros({2, 4}), cell(1)); }, "rnn_step: x (3, 2), h (2, 4): must be (B, 2), (B, 4)"},
      {[] { nn::lstm_step(zeros({3, 2}), {Tensor(), Tensor()}, cell(4)); }, "tensor: this handle is empty: it was never given a value"},
      {[] { nn::gru_step(zeros({2}), zeros({4}), cell(3)); }, "gru_step: x (2,), h (4,): must be (B, 2), (B, 4)"},
  });
}

TEST_CASE("messages: SequenceClassifier") {
  check_messages({
      {[] { nn::SequenceClassifier<nn::RNN>(0, 3, 4, rng()); }, "RNN: input_size 0, hidden_size 3: must be at least 1"},
      {[] { nn::SequenceClassifier<nn::LSTM>(2, 0, 4, rng()); }, "LSTM: input_size 2, hidden_size 0: must be at least 1"},
      {[] { nn::SequenceClassifier<nn::GRU>(2, 3, 0, rng()); }, "Linear: 3 features in, 0 out: must be at least 1"},
      {[] { reader()(zeros({1, 5, 3})); }, "LSTM: x (1, 5, 3): must be (B, T, 2)"},
      {[] { reader()(zeros({1, 0, 2})); }, "LSTM: x (1, 0, 2): must have at least one step"},
      {[] { reader()(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { reader().last_state(zeros({5, 2})); }, "LSTM: x (5, 2): must be (B, T, 2)"},
      {[] { reader().last_state(zeros({1, 0, 2})); }, "LSTM: x (1, 0, 2): must have at least one step"},
      {[] { reader().last_state(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: greedy") {
  check_messages({
      {[] { nn::append_column({{1, 2}, {3, 4}}, {5}); }, "append_column: (2, 2) and (1,): must be (B, T) and (B)"},
      {[] { nn::append_column({1, 2}, {3, 4}); }, "append_column: (2,) and (2,): must be (B, T) and (B)"},
      {[] { nn::append_column(Indices(), {3}); }, "append_column: () and (1,): must be (B, T) and (B)"},
      {[] { nn::greedy_decode({{1}, {2}}, -1, [](const Indices&) { return zeros({2, 5}); }); }, "greedy_decode: -1 steps: must not be negative"},
      {[] { nn::greedy_decode({{1}, {2}}, 1, [](const Indices&) { return zeros({3, 5}); }); },
       "append_column: (2, 1) and (3,): must be (B, T) and (B)"},
      {[] { nn::greedy_decode({{1}, {2}}, 1, [](const Indices&) { return zeros({2, 0}); }); }, "argmax: axis 1 of (2, 0) is empty"},
      {[] { nn::greedy_decode({1, 2}, 1, [](const Indices&) { return zeros({2, 5}); }); }, "append_column: (2,) and (2,): must be (B, T) and (B)"},
      {[] { nn::greedy_decode({{1}, {2}}, 1, [](const Indices&) { return Tensor(); }); },
       "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: fit") {
  check_messages({
      {[] { scores_of(linear(), zeros({0, 2})); }, "scores_of: 0 rows, 500 at a time: must be at least 1"},
      {[] { scores_of(linear(), zeros({4, 2}), 0); }, "scores_of: 4 rows, 0 at a time: must be at least 1"},
      {[] { scores_of(linear(), zeros({4, 3})); }, "linear: x (4, 3) with weight (3, 2): the last axis of x must have size 2"},
      {[] { scores_of(linear(), Tensor(1)); }, "size: axis 0 of (): a single number has no axes"},
      {[] { fit_linear(zeros({0, 2}), Indices(Shape{0}, {})); }, "fit: 0 rows, target (0,): must be at least 1, and a target for each"},
      {[] { fit_linear(zeros({3, 2}), {0, 1}); }, "fit: 3 rows, target (2,): must be at least 1, and a target for each"},
      {[] { fit_linear(zeros({2, 2}), {{0, 1}}); }, "fit: 2 rows, target (1, 2): must be at least 1, and a target for each"},
      {[] { fit_linear(zeros({2, 2}), {0, 3}); }, "cross_entropy: target 3 with 3 classes: must be from 0 to 2"},
      {[] { fit_linear(zeros({2, 3}), {0, 1}); }, "linear: x (2, 3) with weight (3, 2): the last axis of x must have size 2"},
      {[] { fit_linear(zeros({2, 2}), {0, 1}, 0); }, "fit: 0 epochs of batches of 2: must be at least 1"},
      {[] { fit_linear(zeros({2, 2}), {0, 1}, 1, 0); }, "fit: 1 epochs of batches of 0: must be at least 1"},
      {[] { fit_linear(zeros({2, 2}), {0, 1}, 1, 2, not_a_number); }, "Adam: lr nan: must be a finite number, not negative"},
      {[] { fit_recall(reader(), {3, 0, 4}, -1, rng()); }, "fit_recall: -1 steps: must not be negative"},
      {[] { fit_recall(reader(), {0, 0, 4}, 1, rng()); }, "recall: distance is 0: must be at least 1"},
      {[] { fit_recall(reader(), {3, 0, 4}, 1, rng()); }, "LSTM: x (32, 4, 6): must be (B, T, 2)"},
  });
}
