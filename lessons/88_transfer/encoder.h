#pragma once
#include <qkv/fit.h>
#include <qkv/qkv.h>

#include <algorithm>
#include <map>

// A small encoder of texts, learned by guessing masked words, and what may be put behind it.

using namespace qkv;

namespace {

enum class Body { attention, lstm };

/// Words with their places, then one layer of attention or an LSTM: a vector for each word. guess: which word was masked? head: which class?
struct Encoder : nn::Module {
  static constexpr Index d = 32, classes = 10;
  Body body;
  Index mask_word;  // stands for a word that is hidden: the number behind the vocabulary's
  nn::Embedding word;
  nn::LearnedPosition place;
  nn::TransformerEncoderLayer layer;
  nn::LSTM lstm;
  nn::Linear guess, head;

  Encoder(Body body_, Index vocabulary, Index length, Rng& rng)
      : body(body_),
        mask_word(vocabulary),
        word(vocabulary + 1, d, rng),
        place(length, d, rng),
        layer(d, 4, 2 * d, rng),
        lstm(d, d, rng),
        guess(d, vocabulary, rng),
        head(d, classes, rng) {
    word.weight.copy_from(0.3 * word.weight.detach());
    adopt("word", word), adopt("place", place);
    if (body == Body::attention) adopt("layer", layer);
    else adopt("lstm", lstm);
    adopt("head", head);
  }
  /// (B, T) -> (B, T, d).
  Tensor read(const Indices& tokens) const {
    const Tensor x = place(word(tokens));
    return body == Body::attention ? layer(x, nn::MultiheadMasks(datasets::padding_of(tokens), {})) : lstm(x).output;
  }
  /// The mean over the words of a text: (B, T, d) -> (B, d).
  static Tensor mean_of(const Tensor& x, const Indices& tokens) {
    const Tensor share = softmax(masked_fill(zeros({x.size(0), x.size(1)}), datasets::padding_of(tokens), -infinity));
    return squeeze(matmul(unsqueeze(share, 1), x), 1);
  }
  Tensor operator()(const Indices& tokens) const { return head(mean_of(read(tokens), tokens)); }
};

/// Texts in which some words are hidden: one of seven, and at least one of each text.
struct Masked {
  Indices tokens;          // (B, T), the mask word where one is hidden
  Indices places, hidden;  // where, as numbers below B T, and which words they were

  /// As a mistake, `shown`: the words stay where they are.
  Masked(const Indices& texts, Index mask_word, Rng& rng, bool shown = false) : tokens(texts) {
    const Index T = texts.shape[1];
    for (Index n = 0; n < texts.shape[0]; ++n) {
      std::vector<Index> known;
      for (Index i = n * T; i < (n + 1) * T; ++i)
        if (texts.values[i] > datasets::Vocabulary::unknown) known.push_back(i);
      const Index count = std::min<Index>(static_cast<Index>(known.size()), 1 + static_cast<Index>(known.size()) / 7);
      const std::vector<Index> order = rng.permutation(static_cast<Index>(known.size()));
      for (Index k = 0; k < count; ++k) {
        const Index i = known[order[k]];
        places.values.push_back(i), hidden.values.push_back(texts.values[i]);
        if (!shown) tokens.values[i] = mask_word;
      }
    }
    places.shape = hidden.shape = {static_cast<Index>(places.values.size())};
  }
};

/// How often the most frequent hidden word would be right.
inline double most_frequent(const Masked& masked) {
  std::map<Index, double> count;
  double most = 0;
  for (Index word : masked.hidden.values) most = std::max(most, ++count[word]);
  return most / static_cast<double>(masked.hidden.values.size());
}

/// Scores for the hidden words: (hidden, vocabulary).
inline Tensor guesses(const Encoder& encoder, const Masked& masked) {
  return encoder.guess(embedding(masked.places, reshape(encoder.read(masked.tokens), {-1, Encoder::d})));
}

/// Learns to guess masked words. No label is seen.
inline void pretrain(const Encoder& encoder, const Indices& texts, Index steps, Rng& rng, bool shown = false) {
  Tensors learned = encoder.guess.parameters();
  for (const auto& [name, parameter] : encoder.named_parameters())
    if (name.find("head") != 0) learned.push_back(parameter);
  optim::Adam adam(learned, 3e-3);
  const optim::CosineWithWarmup schedule(4e-3, std::min<Index>(50, steps / 2), steps);
  for (Index step = 0; step < steps; ++step) {
    std::vector<Index> which(64);
    for (Index& one : which) one = rng.below(texts.shape[0]);
    const Masked masked(take_rows(texts, which), encoder.mask_word, rng, shown);
    Tensor loss = cross_entropy(guesses(encoder, masked), masked.hidden);
    adam.zero_grad();
    loss.backward();
    adam.lr = schedule.lr(step);
    adam.step();
  }
}

/// An encoder that begins with another one's numbers, but for the head.
inline Encoder copy_of(const Encoder& other, Index length, Rng& rng) {
  Encoder copy(other.body, other.mask_word, length, rng);
  for (const auto& [name, parameter] : other.named_parameters())
    if (name.find("head") != 0) copy.parameter(name).copy_from(parameter.detach());
  return copy;
}

}  // namespace
