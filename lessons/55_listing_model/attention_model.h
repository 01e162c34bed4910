#pragma once
#include <qkv/fit.h>
#include <qkv/qkv.h>

#include <array>

// The listing's model with what it leaves out, and what one may ask of it.

using namespace qkv;

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

inline Tensor AttentionModel::fair(const Indices& tokens) {
  return softmax(masked_fill(zeros(tokens.shape), datasets::padding_of(tokens), -infinity));
}

inline Attended AttentionModel::attend(const Indices& tokens) const {
  Tensor x = embedding(tokens);
  if (num_heads == 0) return {drop(x), Tensor()};
  x = drop(with_positions ? positions(x) : x);
  nn::MultiheadMasks masks;
  masks.key_padding = datasets::padding_of(tokens);
  masks.average_weights = false;
  Attended found = attention(x, masks);
  return {x + found.output, found.weights};
}

inline Tensor AttentionModel::operator()(const Indices& tokens) const {
  return dense(squeeze(matmul(unsqueeze(fair(tokens), 1), attend(tokens).output), 1));  // (B, 1, T) @ (B, T, 128)
}

/// The words of each text in a random order, padding still behind them.
inline Indices shuffled(Indices tokens, Rng& rng) {
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

/// How much weight each word receives in each head, averaged over the words of its text that ask: (N, T) for each of the heads.
inline Tensors received(const AttentionModel& model, const Indices& tokens) {
  NoGrad no_graph;
  EvalMode no_dropout;
  Tensor asking = unsqueeze(AttentionModel::fair(tokens), 1), weights = model.attend(tokens).weights;  // (N, 1, T), (N, 8, T, T)
  Tensors result;
  for (Index head = 0; head < model.num_heads; ++head) result.push_back(squeeze(matmul(asking, select(weights, 1, head)), 1));
  return result;
}

/// Words that both the made-up texts and the real ones have.
const std::vector<std::string> some_words{"for",     "library",       "files",  "module", "development",
                                          "headers", "documentation", "python", "perl",   "rust"};

/// Weight received as a multiple of 1/n, the mean over at most about 2,000 texts: (heads, some_words).
inline Tensor received_by_words(const AttentionModel& model, const datasets::PackageText& text) {
  std::vector<Index> which;
  Index texts = text.test.labels.shape[0];
  for (Index n = 0; n < texts; n += 1 + texts / 2000) which.push_back(n);
  Indices tokens = take_rows(text.test.tokens, which);
  Tensor result = zeros({model.num_heads, static_cast<Index>(some_words.size())});
  Tensors looks = received(model, tokens);
  for (Index head = 0; head < model.num_heads; ++head)
    for (const datasets::WordWeight& w : datasets::word_weights(looks[head], tokens))
      for (Index i = 0; i < result.size(1); ++i)
        if (w.word == text.vocabulary.number(some_words[i])) result.set({head, i}, w.times_fair);
  return result;
}

/// A bag of words and eight heads, trained on the same texts.
struct Pair {
  Rng rng;
  AttentionModel bag, heads;

  Pair(const datasets::PackageText& text, std::uint64_t seed, bool with_positions)
      : rng(seed), bag(text.vocabulary.size(), 0, false, rng), heads(text.vocabulary.size(), 8, with_positions, rng) {}
  void train(const datasets::PackageText& text, Index epochs, std::uint64_t seed) {
    for (const AttentionModel* model : {&bag, &heads}) {
      Rng order(seed);
      fit(*model, text.train.tokens, text.train.labels, {epochs, 64, 0.002}, order, [](double) {});
    }
  }
};

/// Accuracy, macro F1, and accuracy with the words of each text shuffled.
inline std::array<double, 3> measured(const Tensor& scores, const Tensor& when_shuffled, const Indices& labels) {
  return {accuracy(scores, labels), datasets::macro_f1(datasets::confusion_matrix(argmax(scores), labels, 10)),
          accuracy(when_shuffled, labels)};
}

/// What one training of both models comes to.
struct Outcome {
  std::array<double, 3> bag, heads;
  std::vector<datasets::ClassScore> classes;  // of the eight heads
  Tensor received;                            // (8, some_words)
};
inline Outcome outcome(const Pair& models, const datasets::PackageText& text, std::uint64_t seed) {
  const datasets::TextSet& test = text.test;
  Rng rng(seed + 1);
  Indices mixed = shuffled(test.tokens, rng);
  Tensor said = scores_of(models.heads, test.tokens);
  return {measured(scores_of(models.bag, test.tokens), scores_of(models.bag, mixed), test.labels),
          measured(said, scores_of(models.heads, mixed), test.labels),
          datasets::class_scores(datasets::confusion_matrix(argmax(said), test.labels, 10)), received_by_words(models.heads, text)};
}
