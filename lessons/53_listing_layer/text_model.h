#pragma once
#include <qkv/fit.h>
#include <qkv/qkv.h>
#include <qkv/show/format.h>

#include <array>

// The listing's model, as printed and repaired, its training, and what one may ask of it.

using namespace qkv;

/// The listing's model. `repaired`: softmax over the words, padding hidden. Otherwise as printed, with the least change that lets it run:
/// the weights multiply the words, and the mean of the words is the text.
struct TextModel : nn::Module {
  Rng rng;
  nn::Embedding embedding;  // (vocabulary, 128)
  nn::Linear W1, W2, v;     // AttentionLayer(units = 64)
  nn::Linear dense;         // (10, 128)
  nn::Dropout drop;
  bool repaired;

  TextModel(Index vocabulary, std::uint64_t seed, bool repaired_, double dropped = 0.5);
  /// tokens (B, T) -> weights (B, T) and the text as one vector (B, 128).
  Attended attend(const Indices& tokens) const;
  /// tokens (B, T) -> a score for each class (B, 10).
  Tensor operator()(const Indices& tokens) const { return dense(attend(tokens).output); }
};

TextModel::TextModel(Index vocabulary, std::uint64_t seed, bool repaired_, double dropped)
    : rng(seed),
      embedding(vocabulary, 128, rng),
      W1(128, 64, rng),
      W2(128, 64, rng),
      v(64, 1, rng),
      dense(128, 10, rng),
      drop(dropped, rng),
      repaired(repaired_) {
  embedding.weight.copy_from(rand(embedding.weight.shape(), rng, -0.05, 0.05));  // where TensorFlow's Embedding starts
  adopt("embedding", embedding);
  adopt("W1", W1);
  adopt("W2", W2);
  adopt("v", v);
  adopt("dense", dense);
}

inline Attended TextModel::attend(const Indices& tokens) const {
  Tensor x = drop(embedding(tokens));  // (B, T, 128)
  Tensor e = v(tanh(W1(x) + W2(x)));   // (B, T, 1)
  if (!repaired) {
    x = softmax(e, -1) * x;  // as printed: every weight is 1
    e = zeros(e.shape());    // so that alpha is 1/n for each of n words
  }
  Tensor alpha = softmax(masked_fill(squeeze(e, 2), datasets::padding_of(tokens), -infinity));
  return {squeeze(matmul(unsqueeze(alpha, 1), x), 1), alpha};
}

/// The length of a gradient, or of the way from one parameter to another.
inline double length(const Tensor& x) { return sqrt(sum(x * x).item()); }
/// The same as text; an exact 0 is written 0.
inline std::string length_text(const Tensor& x) { return length(x) == 0 ? std::string("0") : show::scientific(length(x)); }

/// Which texts belong to section c.
inline std::vector<Index> of_section(const datasets::TextSet& set, Index c) {
  std::vector<Index> which;
  for (std::size_t n = 0; n < set.texts.size(); ++n)
    if (set.labels.values[n] == c) which.push_back(static_cast<Index>(n));
  return which;
}

/// How sure a model is that a text, (1, T), belongs to doc.
inline double sure_of_doc(const TextModel& model, const datasets::PackageText& text, const Indices& tokens) {
  for (Index c = 0; c < 10; ++c)
    if (text.class_names[c] == "doc") return softmax(scores_of(model, tokens)).at({0, c});
  throw Error("no section is called doc");
}

/// The first 64 rows.
inline Indices first_64(const Indices& x) {
  std::vector<Index> which(64);
  for (Index i = 0; i < 64; ++i) which[i] = i;
  return take_rows(x, which);
}

/// The gradient of each parameter for the first 64 texts, before any training.
inline Tensors gradients(const TextModel& model, const datasets::TextSet& set) {
  cross_entropy(model(first_64(set.tokens)), first_64(set.labels)).backward();
  Tensors result;
  for (const Tensor& parameter : model.parameters()) result.push_back(parameter.grad());
  return result;
}

/// The listing patched, which is a bag of words, and the listing repaired. They start alike.
struct Pair {
  TextModel bag, attention;
  Tensors start;                                   // the parameters of both before training
  std::vector<double> bag_right, attention_right;  // the share of test texts that are right, after each epoch

  Pair(Index vocabulary, std::uint64_t seed, double dropped = 0.5)
      : bag(vocabulary, seed, false, dropped), attention(vocabulary, seed, true, dropped) {
    for (const Tensor& parameter : bag.parameters()) start.push_back(parameter.detach().clone());
  }
  /// Adam on cross-entropy, 64 texts a step, the same order of texts for both.
  void train(const datasets::PackageText& text, Index epochs, std::uint64_t seed) {
    for (bool repaired : {false, true}) {
      const TextModel& model = repaired ? attention : bag;
      std::vector<double>& right = repaired ? attention_right : bag_right;
      Rng order(seed);
      fit(model, text.train.tokens, text.train.labels, {epochs, 64, 0.002}, order,
          [&](double) { right.push_back(accuracy(scores_of(model, text.test.tokens), text.test.labels)); });
    }
  }
};

/// Hides one word of each text: the one with the largest number in `rank` (N, T).
inline Indices hide_one(Indices tokens, const Tensor& rank) {
  Indices chosen = argmax(masked_fill(rank, datasets::padding_of(tokens), -infinity), 1);
  Index text = 0, words = rank.size(1);
  for (Index word : chosen.values) tokens.values[text++ * words + word] = datasets::Vocabulary::padding;
  return tokens;
}

/// Each of the first n words of a text (1, T) by itself: its weight, and how sure the bag of words and attention are of doc without it -> (3, n).
inline Tensor without_each_word(const Pair& models, const datasets::PackageText& text, const Indices& tokens, Index n) {
  Tensor alpha = models.attention.attend(tokens).weights, result = zeros({3, n});
  for (Index j = 0; j < n; ++j) {
    Indices without = hide_one(tokens, one_hot(Indices({1}, {j}), tokens.shape[1]));
    result.set({0, j}, alpha.at({0, j}));
    result.set({1, j}, sure_of_doc(models.bag, text, without));
    result.set({2, j}, sure_of_doc(models.attention, text, without));
  }
  return result;
}

/// How far W1, W2 and v have moved in training.
inline double moved(const TextModel& model, const Tensors& start) {
  double square = 0;
  for (std::size_t i = 0; i < start.size(); ++i)
    if (model.named_parameters()[i].first.find("embedding") != 0 && model.named_parameters()[i].first.find("dense") != 0)
      square += pow(length(model.parameters()[i].detach() - start[i]), 2);
  return sqrt(square);
}

/// What is asked of the trained models: a row a question, with the answer of the bag of words and of attention.
const std::vector<std::string> questions{"right: nothing hidden",         "the least weighted word hidden", "a random word hidden",
                                         "the most weighted word hidden", "weight of 'documentation'",      "weight of 'for'",
                                         "W1, W2 and v moved by"};
using Answers = std::vector<std::array<double, 2>>;

inline Answers answers(const Pair& models, const datasets::PackageText& text, std::uint64_t seed) {
  EvalMode no_dropout;
  NoGrad no_graph;
  const datasets::TextSet& test = text.test;
  Tensor alpha = models.attention.attend(test.tokens).weights;  // (N, T)
  Rng rng(seed);
  Answers result{{models.bag_right.back(), models.attention_right.back()}};
  for (const Tensor& rank : {-alpha, rand(alpha.shape(), rng), alpha}) {
    Indices tokens = hide_one(test.tokens, rank);
    result.push_back({accuracy(scores_of(models.bag, tokens), test.labels), accuracy(scores_of(models.attention, tokens), test.labels)});
  }
  for (const char* word : {"documentation", "for"})
    for (const datasets::WordWeight& w : datasets::word_weights(alpha, test.tokens))
      if (w.word == text.vocabulary.number(word)) result.push_back({1, w.times_fair});
  result.push_back({moved(models.bag, models.start), moved(models.attention, models.start)});
  return result;
}

/// The same for models of another seed, trained from the start.
inline Answers answers_of_seed(const datasets::PackageText& text, Index epochs, std::uint64_t seed) {
  Pair models(text.vocabulary.size(), seed);
  models.train(text, epochs, seed);
  return answers(models, text, seed);
}

/// What each seed answered to a question: of the bag of words (model 0) or of attention (model 1).
inline std::vector<double> over_seeds(const std::vector<Answers>& all, std::size_t question, std::size_t model) {
  std::vector<double> numbers;
  for (const Answers& one : all) numbers.push_back(one[question][model]);
  return numbers;
}
