#pragma once
#include <qkv/fit.h>
#include <qkv/qkv.h>
#include <qkv/show/format.h>

// The listing's model, as printed and repaired, its training, and what one may ask of it.

using namespace qkv;

namespace {

/// The listing's model. `repaired`: softmax over the words, padding hidden. Otherwise as printed, with the least change that lets it run:
/// the weights multiply the words, and the mean of the words is the text.
struct TextModel : nn::Module {
  Rng rng;
  nn::Embedding embedding;  // (vocabulary, 128)
  nn::Linear W1, W2, v;     // AttentionLayer(units = 64)
  nn::Linear dense;         // (10, 128)
  nn::Dropout drop;
  bool repaired;

  TextModel(Index vocabulary, std::uint64_t seed, bool repaired_);
  /// tokens (B, T) -> weights (B, T) and the text as one vector (B, 128).
  Attended attend(const Indices& tokens) const;
  /// tokens (B, T) -> a score for each class (B, 10).
  Tensor operator()(const Indices& tokens) const;
};

TextModel::TextModel(Index vocabulary, std::uint64_t seed, bool repaired_)
    : rng(seed),
      embedding(vocabulary, 128, rng),
      W1(128, 64, rng),
      W2(128, 64, rng),
      v(64, 1, rng),
      dense(128, 10, rng),
      drop(0.5, rng),
      repaired(repaired_) {
  embedding.weight.copy_from(rand(embedding.weight.shape(), rng, -0.05, 0.05));  // where TensorFlow's Embedding starts
  adopt("embedding", embedding);
  adopt("W1", W1);
  adopt("W2", W2);
  adopt("v", v);
  adopt("dense", dense);
}

Attended TextModel::attend(const Indices& tokens) const {
  Tensor x = drop(embedding(tokens));  // (B, T, 128)
  Tensor e = v(tanh(W1(x) + W2(x)));   // (B, T, 1)
  if (!repaired) {
    x = softmax(e, -1) * x;
    e = zeros(e.shape());  // so that alpha is 1/n for each of n words
  }
  Tensor alpha = softmax(masked_fill(squeeze(e, 2), datasets::padding_of(tokens), -infinity));
  return {squeeze(matmul(unsqueeze(alpha, 1), x), 1), alpha};
}

Tensor TextModel::operator()(const Indices& tokens) const { return dense(attend(tokens).output); }

/// The share of texts whose section is found.
double accuracy_on(const TextModel& model, const Indices& tokens, const Indices& labels) {
  return accuracy(scores_of(model, tokens), labels);
}

/// Trains with Adam, and returns the accuracy on the test texts after each epoch.
std::vector<double> train(const TextModel& model, const datasets::PackageText& text, Index epochs, std::uint64_t seed) {
  std::vector<double> accuracies;
  Rng order(seed);
  fit(model, text.train.tokens, text.train.labels, {epochs, 64, 0.002}, order,
      [&](double) { accuracies.push_back(accuracy_on(model, text.test.tokens, text.test.labels)); });
  return accuracies;
}

/// The length of a gradient, or of the way from one parameter to another; an exact 0 is written 0.
std::string length(const Tensor& x) {
  double square = sum(x * x).item();
  return square == 0 ? std::string("0") : show::scientific(sqrt(square));
}

/// The first 64 rows.
Indices first_64(const Indices& x) {
  std::vector<Index> which(64);
  for (Index i = 0; i < 64; ++i) which[i] = i;
  return datasets::rows(x, which);
}

/// The gradient of each parameter for the first 64 texts, before any training.
Tensors gradients(const TextModel& model, const datasets::TextSet& set) {
  cross_entropy(model(first_64(set.tokens)), first_64(set.labels)).backward();
  Tensors result;
  for (const Tensor& parameter : model.parameters()) result.push_back(parameter.grad());
  return result;
}

/// Hides one word of each text: the one with the largest number in `rank` (N, T).
void hide_one(Indices& tokens, const Tensor& rank) {
  Indices chosen = argmax(masked_fill(rank, datasets::padding_of(tokens), -infinity), 1);
  Index text = 0, length = rank.size(1);
  for (Index word : chosen.values) tokens.values[text++ * length + word] = datasets::Vocabulary::padding;
}

}  // namespace
