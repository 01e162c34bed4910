#pragma once
#include <qkv/qkv.h>

// The listing's model with what it leaves out, and what one may ask of it.

using namespace qkv;

namespace {

/// What the listing leaves out, filled in: embedding + positions, x + self-attention of x, the mean over the words, ten classes.
/// With num_heads = 0 the mean of the embeddings is read: a bag of words.
struct AttentionModel : nn::Module {
  Index num_heads;
  bool with_positions;
  nn::Embedding embedding;
  nn::LearnedPosition positions;
  nn::MultiheadAttention attention;
  nn::Linear dense;
  nn::Dropout drop;

  AttentionModel(Index vocabulary, Index heads_, bool with_positions_, Rng& rng);
  /// (B, T) -> each word's share of the mean: 1/n for each of n words, 0 for padding.
  static Tensor fair(const Indices& tokens);
  /// (B, T) -> (B, T, 128), and the weights of each head (B, 8, T, T).
  Attended attend(const Indices& tokens) const;
  /// (B, T) -> a score for each class (B, 10).
  Tensor operator()(const Indices& tokens) const;
};

AttentionModel::AttentionModel(Index vocabulary, Index heads_, bool with_positions_, Rng& rng)
    : num_heads(heads_),
      with_positions(with_positions_),
      embedding(vocabulary, 128, rng),
      positions(16, 128, rng),
      attention(128, heads_ ? heads_ : 1, rng),
      dense(128, 10, rng),
      drop(0.5, rng) {
  embedding.weight.copy_from(rand(embedding.weight.shape(), rng, -0.05, 0.05));
  adopt("embedding", embedding);
  if (heads_ && with_positions_) adopt("positions", positions);
  if (heads_) adopt("attention", attention);
  adopt("dense", dense);
}

Tensor AttentionModel::fair(const Indices& tokens) {
  return softmax(masked_fill(zeros(tokens.shape), datasets::padding_of(tokens), -infinity));
}

Attended AttentionModel::attend(const Indices& tokens) const {
  Tensor x = embedding(tokens);
  if (num_heads == 0) return {drop(x), Tensor()};
  x = drop(with_positions ? positions(x) : x);
  nn::MultiheadMasks masks;
  masks.key_padding = datasets::padding_of(tokens);
  masks.average_weights = false;
  Attended found = attention(x, masks);
  return {x + found.output, found.weights};
}

Tensor AttentionModel::operator()(const Indices& tokens) const {
  return dense(squeeze(matmul(unsqueeze(fair(tokens), 1), attend(tokens).output), 1));  // (B, 1, T) @ (B, T, 128)
}

/// The words of each text in an order by lot, padding still behind them.
Indices shuffled(Indices tokens, Rng& rng) {
  Index T = tokens.shape[1];
  for (Index n = 0; n < tokens.shape[0]; ++n) {
    Index words = 0;
    while (words < T && tokens.values[n * T + words] != datasets::Vocabulary::padding) ++words;
    std::vector<Index> text, order = rng.permutation(words);
    for (Index t = 0; t < words; ++t) text.push_back(tokens.values[n * T + order[t]]);
    for (Index t = 0; t < words; ++t) tokens.values[n * T + t] = text[t];
  }
  return tokens;
}

/// How much weight each head gives to a word, over all words that ask: (N, T) for each of the heads.
Tensors received(const AttentionModel& model, const Indices& tokens) {
  NoGrad no_graph;
  EvalMode no_dropout;
  Tensor asking = unsqueeze(AttentionModel::fair(tokens), 1), weights = model.attend(tokens).weights;  // (N, 1, T), (N, 8, T, T)
  Tensors result;
  for (Index head = 0; head < model.num_heads; ++head) result.push_back(squeeze(matmul(asking, select(weights, 1, head)), 1));
  return result;
}

}  // namespace
