#pragma once
#include <qkv/fit.h>

#include "headlines.h"

// The models: bags of words, an LSTM, and attention, which reads headlines and later prices.

/// The mean of the vectors that are not padding: x (B, T, d) -> (B, d).
inline Tensor mean_of(const Tensor& x, const Mask& padding) {
  Tensor equal = softmax(masked_fill(zeros({x.size(0), x.size(1)}), padding, -infinity));
  return squeeze(matmul(unsqueeze(equal, 1), x), 1);
}

/// Two layers of self-attention over vectors, their mean, and two scores: bad and good, or down and up.
struct Attentive : nn::Module {
  const bool with_positions;
  nn::LearnedPosition places;
  std::vector<nn::TransformerEncoderLayer> layers;
  nn::Linear answer;

  Attentive(Index length, Index d, Index heads, bool with_positions_, Rng& rng)
      : with_positions(with_positions_), places(length, d, rng), answer(d, 2, rng) {
    nn::TransformerOptions options;
    options.norm_first = true;
    for (Index i = 0; i < 2; ++i) {
      layers.emplace_back(d, heads, 2 * d, rng, options);
      adopt("layers." + std::to_string(i), layers.back());
    }
    if (with_positions) adopt("places", places);
    adopt("answer", answer);
  }
  /// x (B, T, d) -> (B, 2).
  Tensor operator()(Tensor x, const Mask& padding = {}) const {
    if (with_positions) x = places(x);
    for (const nn::TransformerEncoderLayer& layer : layers) x = layer(x, {padding, {}});
    return answer(mean_of(x, padding));
  }
};

/// Attention over the words of a headline.
struct HeadlineReader : nn::Module {
  nn::Embedding words;
  Attentive attentive;

  HeadlineReader(Index vocabulary, bool with_positions, Rng& rng)
      : words(vocabulary, 32, rng, 0), attentive(14, 32, 4, with_positions, rng) {
    adopt("words", words), adopt("attentive", attentive);
  }
  Tensor operator()(const Indices& x) const { return attentive(words(x), datasets::padding_of(x)); }
  /// The weights of the first layer, the mean over its heads: (B, T, T).
  Tensor weights(const Indices& x) const {
    const nn::TransformerEncoderLayer& first = attentive.layers[0];
    return first.self_attn(first.norm1(attentive.places(words(x))), {datasets::padding_of(x), {}}).weights;
  }
};

/// A bag of words: the mean of the words' vectors, with a hidden layer or without.
struct BagReader : nn::Module {
  const bool with_hidden;
  nn::Embedding words;
  nn::Linear hidden, answer;

  BagReader(Index vocabulary, bool with_hidden_, Rng& rng)
      : with_hidden(with_hidden_), words(vocabulary, 32, rng, 0), hidden(32, 64, rng), answer(with_hidden_ ? 64 : 32, 2, rng) {
    adopt("words", words), adopt("answer", answer);
    if (with_hidden) adopt("hidden", hidden);
  }
  Tensor operator()(const Indices& x) const {
    Tensor bag = mean_of(words(x), datasets::padding_of(x));
    return answer(with_hidden ? relu(hidden(bag)) : bag);
  }
};

struct LstmReader : nn::Module {
  nn::Embedding words;
  nn::SequenceClassifier<nn::LSTM> lstm;

  LstmReader(Index vocabulary, Rng& rng) : words(vocabulary, 32, rng, 0), lstm(32, 32, 2, rng) {
    adopt("words", words), adopt("lstm", lstm);
  }
  Tensor operator()(const Indices& x) const { return lstm(words(x)); }
};

/// The share of right verdicts for each kind of headline.
inline std::vector<double> by_kind(const Tensor& scores, const HeadlineSet& set) {
  const Indices answered = argmax(scores, 1);
  std::vector<double> good(kinds.size()), count(kinds.size());
  for (std::size_t n = 0; n < set.headlines.size(); ++n) {
    ++count[set.headlines[n].kind];
    good[set.headlines[n].kind] += answered.values[n] == set.verdicts.values[n];
  }
  for (std::size_t k = 0; k < kinds.size(); ++k) good[k] /= count[k];
  return good;
}

template <class Model>
std::vector<double> trained(const Model& model, const HeadlineTask& task, Index epochs, Rng& rng) {
  fit(model, task.train.words, task.train.verdicts, {epochs, 64, 0.003}, rng, [](double) {});
  return by_kind(scores_of(model, task.test.words), task.test);
}
