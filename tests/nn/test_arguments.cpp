#include <qkv/datasets/batches.h>
#include <qkv/datasets/recall.h>
#include <qkv/fit.h>
#include <qkv/nn/attention.h>
#include <qkv/nn/convolution.h>
#include <qkv/nn/decode.h>
#include <qkv/nn/init.h>
#include <qkv/nn/jacobian.h>
#include <qkv/nn/linear.h>
#include <qkv/nn/norm.h>
#include <qkv/nn/position.h>
#include <qkv/nn/recurrent.h>
#include <qkv/nn/transformer.h>
#include <qkv/optim/rules.h>
#include <qkv/optim/schedule.h>

#include <doctest/doctest.h>
#include <functional>

using namespace qkv;

// What the compiler must refuse: a half where a whole number belongs, a truth value where a number does, a number where a truth value does,
// and {}. All of it is checked while this file is compiled.

namespace {

Tensor scores(const Indices& written) { return zeros({written.shape[0], 5}); }

template <class F>
constexpr bool compiles(F) {
  return std::is_invocable<F, Rng&, double, bool, int, const Tensor&>::value;
}

/// Is this expression C++? It may use rng, half (0.5), yes (true), two (2), and x, a tensor.
#define COMPILES(...)                                                                                                       \
  compiles([]([[maybe_unused]] auto& rng, [[maybe_unused]] auto half, [[maybe_unused]] auto yes, [[maybe_unused]] auto two, \
              [[maybe_unused]] const auto& x) -> decltype(void(__VA_ARGS__)) {})
#define REFUSED(...) static_assert(!COMPILES(__VA_ARGS__), "must not compile")
#define ACCEPTED(...) static_assert(COMPILES(__VA_ARGS__), "must compile")

ACCEPTED(nn::Linear(two, 3, rng, yes));
ACCEPTED(nn::Linear(std::size_t{2}, x.size(0), rng));
REFUSED(nn::Linear(half, 3, rng));
REFUSED(nn::Linear(4, half, rng));
REFUSED(nn::Linear(4, yes, rng));
REFUSED(nn::Linear({}, 3, rng));
REFUSED(nn::Linear(4, 3, rng, half));
REFUSED(nn::Linear(4, 3, rng, two));
REFUSED(nn::Linear(4, 3, rng, {}));
ACCEPTED(nn::Embedding(two, 3, rng, two));
REFUSED(nn::Embedding(half, 3, rng));
REFUSED(nn::Embedding(4, 3, rng, half));
REFUSED(nn::Embedding(4, 3, rng, yes));
ACCEPTED(nn::Conv1d(two, 3, 2, rng));
REFUSED(nn::Conv1d(2, 3, half, rng));
REFUSED(nn::Conv1d(yes, 3, 2, rng));
ACCEPTED(nn::Conv2d(2, 3, {2, two}, rng));
REFUSED(nn::Conv2d(2, 3, half, rng));
REFUSED(nn::Conv2d(2, 3, {2, half}, rng));
ACCEPTED(nn::LayerNorm(two));
REFUSED(nn::LayerNorm(half));
REFUSED(nn::LayerNorm(yes));
ACCEPTED(nn::LayerNorm({two}));
ACCEPTED(nn::LayerNorm({two}, 1e-5, yes));
REFUSED(nn::LayerNorm({two}, 1e-5, two));
ACCEPTED(nn::MultiheadAttention(two, 2, rng));
REFUSED(nn::MultiheadAttention(half, 2, rng));
REFUSED(nn::MultiheadAttention(4, half, rng));
REFUSED(nn::MultiheadAttention(4, yes, rng));
REFUSED(nn::AdditiveAttention(4, 3, half, rng));
REFUSED(nn::AdditiveAttention(4, 3, 2, rng, half));
ACCEPTED(nn::RNN(two, 3, rng));
REFUSED(nn::RNN(half, 3, rng));
REFUSED(nn::LSTM(2, half, rng));
REFUSED(nn::GRU(yes, 3, rng));
REFUSED(nn::SequenceClassifier<nn::GRU>(2, 3, half, rng));
REFUSED(nn::TransformerEncoderLayer(4, half, 8, rng));
REFUSED(nn::TransformerDecoderLayer(4, 2, half, rng));
REFUSED(nn::Transformer(4, 2, half, 1, 8, rng));
REFUSED(nn::LearnedPosition(half, 2, rng));
REFUSED(nn::sinusoidal_encoding(half, 2));
REFUSED(nn::sinusoidal_encoding(two, 2, 100, half));
REFUSED(nn::rotary(x, nn::RotaryLayout::half, 100, half));
REFUSED(nn::fan_in_uniform(x.shape(), half, rng));
REFUSED(nn::orthogonal(half, rng));
REFUSED(nn::copies_of(x, half));
ACCEPTED(nn::greedy_decode({{1}}, two, scores));
REFUSED(nn::greedy_decode({{1}}, half, scores));
REFUSED(nn::greedy_decode({{1}}, yes, scores));
REFUSED(nn::sample(x, rng, 1, half));
REFUSED(nn::sample(x, rng, 1, yes));
ACCEPTED(Rng(two));
REFUSED(Rng(half));
REFUSED(Rng(yes));
REFUSED(rng.below(half));
REFUSED(rng.permutation(half));
REFUSED(datasets::Batches(two, half));
REFUSED(datasets::Batches(half, 2, rng));
REFUSED(datasets::Batches(yes, 2, rng));
REFUSED(datasets::split(half, 0.5, rng));
REFUSED(datasets::recall(half, {}, rng));
REFUSED(optim::Cosine(0.1, half));
REFUSED(optim::LinearWarmup(0.1, yes));
REFUSED(optim::CosineWithWarmup(0.1, half, 10));
REFUSED(optim::Constant(0.1).lr(half));
REFUSED(scores_of(std::function<Tensor(const Tensor&)>(), x, half));
REFUSED(causal_mask(half, 2));
REFUSED(padding_mask({1, 2}, half));

// Options keep their numbers, too.
template <class Options, class Given>
constexpr bool takes = std::is_assignable<Options&, Given>::value;
static_assert(takes<decltype(nn::RecurrentOptions::num_layers), int> && takes<decltype(nn::RecurrentOptions::bias), bool>, "");
static_assert(!takes<decltype(nn::RecurrentOptions::num_layers), double> && !takes<decltype(nn::RecurrentOptions::bias), double>, "");
static_assert(!takes<decltype(nn::MultiheadAttentionOptions::kdim), double> && !takes<decltype(nn::MultiheadMasks::need_weights), int>, "");
static_assert(!std::is_constructible<nn::MultiheadMasks, Mask>::value && std::is_constructible<nn::MultiheadMasks, Mask, Mask>::value, "");
static_assert(!takes<decltype(nn::TransformerOptions::norm_first), double> && !takes<decltype(FitOptions::epochs), double>, "");
static_assert(!takes<decltype(optim::SGDOptions::nesterov), double>, "");

// A parameter has one owner: no other tensor can be put in its place, and no layer in another's.
#define FIXED(layer, member) \
  static_assert(!std::is_assignable<decltype((std::declval<layer&>().member)), Tensor>::value, "must not be assigned to")
FIXED(nn::Linear, weight);
FIXED(nn::Linear, bias);
FIXED(nn::Embedding, weight);
FIXED(nn::Conv2d, weight);
FIXED(nn::LayerNorm, weight);
FIXED(nn::LayerNorm, bias);
FIXED(nn::LearnedPosition, weight);
FIXED(nn::AdditiveAttention, v);
FIXED(nn::AdditiveAttention, W1.weight);
FIXED(nn::MultiheadAttention, in_proj_weight);
FIXED(nn::MultiheadAttention, q_proj_weight);
FIXED(nn::MultiheadAttention, in_proj_bias);
FIXED(nn::MultiheadAttention, out_proj.weight);
FIXED(nn::RNN, cells[0].weight_ih);
FIXED(nn::LSTM, cells[0].bias_hh);
FIXED(nn::Transformer, encoder_layers[0].linear1.weight);
FIXED(nn::Linear, parameter("weight"));
template <class Layer>
constexpr bool copied_only = std::is_copy_constructible<Layer>::value&& std::is_move_constructible<Layer>::value &&
                             !std::is_copy_assignable<Layer>::value && !std::is_move_assignable<Layer>::value;
static_assert(copied_only<nn::Module> && copied_only<nn::Linear> && copied_only<nn::LSTM> && copied_only<nn::Transformer>, "");

}  // namespace

TEST_CASE("arguments: whole numbers of any type") { CHECK(nn::greedy_decode({{1}}, std::size_t{2}, scores).shape == Shape{1, 3}); }

TEST_CASE("arguments: what a Parameter still allows") {
  Rng rng(1);
  const nn::Linear layer(2, 3, rng);
  layer.weight.set({0, 0}, 7);
  layer.bias.copy_from(ones({3}));
  layer.weight.requires_grad(false);
  layer.weight.mutable_data()[1] = 8;
  CHECK(layer.parameters()[0].at({0, 0}) == 7);
  CHECK(layer.parameters()[0].at({0, 1}) == 8);
  CHECK(layer.parameters()[1].at({2}) == 1);
  CHECK_FALSE(layer.parameters()[0].requires_grad());
  nn::RNN rnn(2, 3, rng);
  rnn.cells[0].weight_hh.copy_from(eye(3));
  CHECK(rnn.parameter("weight_hh_l0").at({1, 1}) == 1);
}
