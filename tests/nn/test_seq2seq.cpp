#include "layers.h"

#include <io/scratch.h>
#include <qkv/nn/seq2seq.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/softmax.h>

using namespace qkv;
using scratch::error_of;

namespace {

// Three words to read with two of padding, five words of a vocabulary to write; words 5 and 6 can only be copied.
constexpr Index vocabulary = 5;
const Mask padding = padding_mask(std::vector<Index>{3, 4}, 4);
const Indices words{{4, 5, 2, 0}, {5, 6, 3, 5}};
const Indices input{{2, 4, 5, 1}, {2, 6, 0, 0}}, target{{4, 5, 1, 3}, {6, 3, 0, 0}};

nn::DecoderOptions with(bool attention, bool copy) {
  nn::DecoderOptions options;
  options.attention = attention;
  options.copy = copy;
  return options;
}

/// An encoder and a decoder with random parameters.
struct Both : nn::Module {
  Rng rng{7};
  nn::Encoder encoder;
  nn::Decoder decoder;
  Tensor x;

  explicit Both(const nn::DecoderOptions& options)
      : encoder(add_module("encoder", nn::Encoder(3, 2, rng))),
        decoder(add_module("decoder", nn::Decoder(vocabulary, 3, 2, 4, rng, options))),
        x(randn({2, 4, 3}, rng)) {
    randomise(*this, rng);
  }
  nn::Memory memory() const {
    nn::Memory result = encoder(x, padding);
    result.words = words;
    return result;
  }
};

const std::vector<nn::DecoderOptions> all{with(false, false), with(true, false), with(true, true)};

}  // namespace

TEST_CASE("Encoder: each sequence as if it stood alone") {
  Rng rng(1);
  nn::Encoder encoder(3, 2, rng);
  CHECK(names(encoder).find("gru.weight_ih_l0 (6, 3)") == 0);
  const Tensor x = randn({2, 4, 3}, rng);
  const nn::Memory both = encoder(x, padding), first = encoder(slice(slice(x, 0, 0, 1), 1, 0, 3)), second = encoder(slice(x, 0, 1, 2));
  CHECK(both.states.shape() == Shape{2, 4, 4});
  CHECK(largest_difference(slice(slice(both.states, 0, 0, 1), 1, 0, 3), first.states) < rounding);
  CHECK(largest_difference(slice(both.states, 0, 1, 2), second.states) < rounding);
  CHECK(largest_difference(slice(both.summary, 0, 0, 1), first.summary) < rounding);
  // Without padding it is a bidirectional GRU, and the summary its last states.
  const nn::RNNOutput plain = encoder.gru(x);
  const nn::Memory full = encoder(x);
  CHECK(largest_difference(full.states, plain.output) < rounding);
  CHECK(largest_difference(full.summary, concat({select(plain.h_n, 0, 0), select(plain.h_n, 0, 1)}, 1)) < rounding);
}

TEST_CASE("Decoder: parameters") {
  Rng rng(1);
  const std::string plain = names(nn::Decoder(7, 3, 2, 4, rng, with(false, false)));
  CHECK(plain.find("embedding.weight (7, 3)") == 0);
  CHECK(plain.find("attention") == std::string::npos);
  CHECK(names(nn::Decoder(7, 3, 2, 4, rng)).find("attention.W2.weight (2, 4)") != std::string::npos);
  CHECK(names(nn::Decoder(7, 3, 2, 4, rng)).find("gate") == std::string::npos);
  CHECK(names(nn::Decoder(7, 3, 2, 4, rng, with(true, true))).find("gate.weight (1, 9)") != std::string::npos);
}

TEST_CASE("Decoder: all words at once and word by word give the same") {
  for (const nn::DecoderOptions& options : all) {
    const Both model(options);
    NoGrad no_graph;
    nn::DecoderState at_once = model.decoder.begin(model.memory()), stepwise = model.decoder.begin(model.memory());
    const nn::Decoded together = model.decoder(input, at_once);
    const Tensor log_p = model.decoder.log_p(together, at_once.memory);
    for (Index t = 0; t < 4; ++t) {
      const nn::Decoded one = model.decoder(Indices({2, 1}, {input.values[t], input.values[4 + t]}), stepwise);
      CHECK(largest_difference(one.output, slice(together.output, 1, t, t + 1)) < rounding);
      CHECK(largest_difference(model.decoder.log_p(one, stepwise.memory), slice(log_p, 1, t, t + 1)) < 10 * rounding);
    }
    CHECK(largest_difference(at_once.h, stepwise.h) < rounding);
  }
}

TEST_CASE("Decoder: probabilities sum to 1, and copied words have some") {
  for (const nn::DecoderOptions& options : all) {
    const Both model(options);
    nn::DecoderState state = model.decoder.begin(model.memory());
    const nn::Decoded decoded = model.decoder(input, state);
    const Tensor p = exp(model.decoder.log_p(decoded, state.memory));
    CHECK(p.shape() == Shape{2, 4, options.copy ? 7 : 5});
    CHECK(largest_difference(sum(p, 2), ones({2, 4})) < rounding + 1e-11);  // 1e-12 is added to each
    CHECK(decoded.weights.defined() == static_cast<bool>(options.attention));
    if (!options.copy) continue;
    // By hand: the word 5 of the second source stands at places 0 and 3.
    const double g = decoded.p_gen.at({1, 2});
    const double copied = (1 - g) * (decoded.weights.at({1, 2, 0}) + decoded.weights.at({1, 2, 3}));
    CHECK(p.at({1, 2, 5}) == doctest::Approx(copied).epsilon(1e-5));
    CHECK(p.at({1, 2, 4}) == doctest::Approx(g * softmax(model.decoder.logits(decoded.output)).at({1, 2, 4})).epsilon(1e-5));
    CHECK(p.at({0, 2, 6}) < 1e-6);  // stands in the second source only
  }
}

TEST_CASE("Decoder: the loss is the mean of -log p(target), padding left out") {
  for (const nn::DecoderOptions& options : all) {
    const Both model(options);
    nn::DecoderState state = model.decoder.begin(model.memory());
    const Tensor log_p = model.decoder.log_p(model.decoder(input, state), state.memory);
    double sum = 0;
    int counted = 0;
    for (Index b = 0; b < 2; ++b)
      for (Index t = 0; t < 4; ++t) {
        const Index word = target.values[4 * b + t];
        if (word == 0) continue;
        sum -= log_p.at({b, t, !options.copy && word >= vocabulary ? 1 : word});
        ++counted;
      }
    CHECK(counted == 6);
    CHECK(model.decoder.loss(input, target, model.memory()).item() == doctest::Approx(sum / counted).epsilon(1e-5));
  }
}

TEST_CASE("Decoder: what stands in the padding does not matter") {
  for (const nn::DecoderOptions& options : all) {
    Both model(options);
    const Tensor before = model.decoder.loss(input, target, model.memory());
    for (Index i = 0; i < 3; ++i) model.x.set({0, 3, i}, 9);
    CHECK(largest_difference(before, model.decoder.loss(input, target, model.memory())) < rounding);
  }
}

TEST_CASE("Decoder: gradients of encoder and decoder") {
  for (const nn::DecoderOptions& options : all) {
    const Both model(options);
    check_gradient([&](const auto&) { return model.decoder.loss(input, target, model.memory()); }, with_parameters({model.x}, model));
  }
}

TEST_CASE("Decoder: a memory without summary is summed up by its mean") {
  const Both model(with(false, false));
  nn::Memory memory = model.memory();
  memory.summary = {};
  const Tensor mean_of = model.decoder.begin(memory).memory.summary;
  CHECK(mean_of.at({0, 1}) ==
        doctest::Approx((memory.states.at({0, 0, 1}) + memory.states.at({0, 1, 1}) + memory.states.at({0, 2, 1})) / 3));
  memory.padding = {};
  CHECK(largest_difference(model.decoder.begin(memory).memory.summary, mean(memory.states, 1)) < rounding);
}

TEST_CASE("DecoderState: reordered rows go on as theirs would") {
  const Both model(with(true, true));
  NoGrad no_graph;
  nn::DecoderState state = model.decoder.begin(model.memory());
  model.decoder({{2}, {2}}, state);
  nn::DecoderState turned = state;
  turned.reorder({1, 1, 0});
  const Tensor as_is = model.decoder.log_p(model.decoder({{4}, {6}}, state), state.memory);
  const Tensor reordered = model.decoder.log_p(model.decoder({{6}, {6}, {4}}, turned), turned.memory);
  for (Index row = 0; row < 3; ++row) CHECK(largest_difference(select(reordered, 0, row), select(as_is, 0, row < 2 ? 1 : 0)) < rounding);
  CHECK(error_of([&] { state.reorder({2}); }).find("row 2") != std::string::npos);
}

TEST_CASE("Encoder, Decoder: messages") {
  Rng rng(1);
  const nn::Encoder encoder(3, 2, rng);
  CHECK(error_of([&] { encoder(zeros({2, 3})); }) == "Encoder: x (2, 3): must be (B, S, 3)");
  CHECK(error_of([&] { encoder(zeros({2, 0, 3})); }) == "Encoder: x (2, 0, 3): must be (B, S, 3)");
  CHECK(error_of([&] { encoder(zeros({2, 4, 3}), {{0, 1}}); }) == "Encoder: padding (1, 2): must be (2, 4), (B, S)");
  CHECK(error_of([&] { encoder(zeros({1, 3, 3}), {{0, 1, 0}}); }) == "Encoder: row 0: padding must stand behind the sequence");
  CHECK(error_of([&] { encoder(zeros({1, 2, 3}), {{1, 1}}); }) == "Encoder: row 0 is all padding");
  CHECK(error_of([&] { nn::Encoder(0, 2, rng); }) == "GRU: input_size 0, hidden_size 2: must be at least 1");

  CHECK(error_of([&] { nn::Decoder(0, 3, 2, 4, rng); }) == "Decoder: vocabulary 0, width 3, hidden 2, memory_size 4: must be at least 1");
  CHECK(error_of([&] { nn::Decoder(5, 3, 2, 4, rng, with(false, true)); }) ==
        "Decoder: copy without attention: there are no weights to copy by");
  nn::DecoderOptions options = with(true, true);
  options.unknown = 5;
  CHECK(error_of([&] { nn::Decoder(5, 3, 2, 4, rng, options); }) == "Decoder: unknown 5: must be from 0 to 4");
  const Both model(with(true, true));
  nn::Memory memory = model.memory();
  auto begin = [&](auto spoil) {
    nn::Memory spoilt = memory;
    spoil(spoilt);
    return error_of([&] { model.decoder.begin(spoilt); });
  };
  CHECK(begin([](nn::Memory& m) { m.states = zeros({2, 4}); }) == "Decoder: memory (2, 4): must be (B, S, 4)");
  CHECK(begin([](nn::Memory& m) { m.padding = {{0}}; }) == "Decoder: padding (1, 1): must be (2, 4), (B, S)");
  const char* torn = "Decoder: mask of shape (2, 4) with 1 marks: must be as many as the shape holds";
  CHECK(begin([](nn::Memory& m) { m.padding.hidden.resize(1); }) == torn);
  CHECK(begin([](nn::Memory& m) { m.words = {}; }).find("to be copied: must be (2, 4), (B, S)") != std::string::npos);
  CHECK(begin([](nn::Memory& m) { m.summary = zeros({2, 3}); }) == "Decoder: summary (2, 3): must be (2, 4), (B, d)");
  nn::DecoderState state = model.decoder.begin(memory);
  CHECK(error_of([&] { model.decoder({{2}}, state); }) == "Decoder: input (1, 1): must be (2, T)");
  const nn::Decoded decoded = model.decoder(input, state);
  CHECK(error_of([&] { model.decoder.loss(decoded, {{1}, {1}}, memory); }) == "Decoder: target (2, 1): must be (2, 4), (B, T)");
  CHECK(error_of([&] {
          model.decoder.loss(decoded, {{0, 0, 0, 0}, {0, 0, 0, 0}}, memory);
        }) == "Decoder: none of 8 targets counts, so that there is no mean");
}
