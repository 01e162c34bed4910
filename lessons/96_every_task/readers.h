#pragma once
#include <qkv/fit.h>

#include "tasks.h"

// Who answers: a bag of bits, an LSTM, and one or two layers of attention.

constexpr Index width = 16;

/// The share of each word, a hidden layer, two scores.
struct Bag : nn::Module {
  nn::Linear hidden, answer;

  explicit Bag(Rng& rng) : hidden(2, 32, rng), answer(32, 2, rng) { adopt("hidden", hidden), adopt("answer", answer); }
  Tensor operator()(const Indices& words) const {
    const Tensor counts = slice(sum(one_hot(words, 4), 1), 1, 1, 3);  // (B, 2): how many 0s and 1s
    return answer(relu(hidden(counts / sum(counts, 1, true))));
  }
};

struct Recurrent : nn::Module {
  nn::Embedding words;
  nn::LSTM lstm;
  nn::Linear answer;

  explicit Recurrent(Rng& rng) : words(4, width, rng, 0), lstm(width, 24, rng), answer(24, 2, rng) {
    adopt("words", words), adopt("lstm", lstm), adopt("answer", answer);
  }
  Tensor operator()(const Indices& x) const {
    Indices last({x.shape[0], 1, 24}, std::vector<Index>(x.shape[0] * 24));  // the last word that is not padding
    for (Index n = 0; n < x.shape[0]; ++n) {
      const auto begin = x.values.begin() + n * x.shape[1];
      const Index length = x.shape[1] - std::count(begin, begin + x.shape[1], 0);
      std::fill_n(last.values.begin() + n * 24, 24, length - 1);
    }
    return answer(squeeze(gather(lstm(words(x)).output, 1, last), 1));
  }
};

/// Layers of attention. The word in front is asked for the answer.
struct Attentive : nn::Module {
  nn::Embedding words;
  std::vector<nn::TransformerEncoderLayer> layers;
  nn::Linear answer;

  Attentive(Index depth, Rng& rng) : words(4, width, rng, 0), answer(width, 2, rng) {
    adopt("words", words), adopt("answer", answer);
    nn::TransformerOptions options;
    options.norm_first = true;
    for (Index i = 0; i < depth; ++i) {
      layers.emplace_back(width, 2, 4 * width, rng, options);
      adopt("layers." + std::to_string(i), layers.back());
    }
  }
  Tensor operator()(const Indices& x) const {
    Tensor h = words(x) + nn::sinusoidal_encoding(x.shape[1], width);
    for (const nn::TransformerEncoderLayer& layer : layers) h = layer(h, {datasets::padding_of(x), {}});
    return answer(select(h, 1, 0));
  }
};

// ---- One seed

const std::vector<std::string> reader_names{"bag of bits", "LSTM", "attention, one layer", "attention, two layers"};
constexpr Index taught = 12;                   // the longest string that is learned from
const std::vector<Index> lengths{12, 24, 48};  // those that are asked

/// right[question][reader][length]: the share of right answers.
struct Run {
  std::vector<std::vector<std::vector<double>>> right;
  std::vector<Index> parameters;
};

inline Run one_seed(Index strings, Index epochs, std::uint64_t seed) {
  Run run;
  for (const Question& question : questions) {
    Rng rng(seed);
    const Strings to_learn = draw(question, strings, 1, taught, rng);
    std::vector<Strings> tests;
    for (Index length : lengths) tests.push_back(draw(question, 500, length, length, rng));
    run.right.emplace_back();
    run.parameters.clear();
    const auto trained = [&](const auto& reader) {
      fit(reader, to_learn.words, to_learn.answers, {epochs, 32, 0.005}, rng, [](double) {});
      run.parameters.push_back(reader.parameter_count());
      run.right.back().emplace_back();
      for (const Strings& test : tests) run.right.back().back().push_back(accuracy(scores_of(reader, test.words), test.answers));
    };
    trained(Bag(rng)), trained(Recurrent(rng)), trained(Attentive(1, rng)), trained(Attentive(2, rng));
  }
  return run;
}
