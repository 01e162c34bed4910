#pragma once
#include <qkv/fit.h>
#include <qkv/qkv.h>
#include <qkv/show/format.h>

// The listing's model, as printed and repaired, its training, and what one may ask of it.

using namespace qkv;

namespace {

/// The listing's model. `repaired`: softmax over the words, padding hidden. Otherwise as printed, with the least change that lets it run: the
/// weights multiply the words, and the mean of the words is the text.
struct TextModel : nn::Module {
  nn::Embedding embedding;  // (vocabulary, 128)
  nn::Linear W1, W2, v;     // AttentionLayer(units = 64)
  nn::Linear dense;         // (10, 128)
  nn::Dropout drop;
  bool repaired;

  TextModel(Index vocabulary, Rng& rng, bool repaired_);
  /// tokens (B, T) -> weights (B, T) and the text as one vector (B, 128).
  Attended attend(const Indices& tokens) const;
  /// tokens (B, T) -> a score for each class (B, 10).
  Tensor operator()(const Indices& tokens) const;
};

TextModel::TextModel(Index vocabulary, Rng& rng, bool repaired_)
    : embedding(vocabulary, 128, rng),
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
  Mask padding = data::padding_of(tokens);
  Tensor fair = softmax(masked_fill(zeros(tokens.shape), padding, -infinity));  // 1/n for each of n words
  if (!repaired) x = softmax(e, -1) * x;
  Tensor alpha = repaired ? softmax(masked_fill(squeeze(e, 2), padding, -infinity)) : fair;
  return {squeeze(matmul(unsqueeze(alpha, 1), x), 1), alpha};
}

Tensor TextModel::operator()(const Indices& tokens) const { return dense(attend(tokens).output); }

/// The share of texts whose section is found.
double accuracy_on(const TextModel& model, const Indices& tokens, const Indices& labels) {
  return accuracy(scores_of(model, tokens), labels);
}

/// Trains with Adam, and returns the accuracy on the test texts after each epoch.
List<double> train(const TextModel& model, const data::PackageText& text, Index epochs, std::uint64_t seed) {
  List<double> accuracies;
  Rng order(seed);
  fit(model, text.train.tokens, text.train.labels, {epochs, 64, 0.002}, order,
      [&](double) { accuracies.push_back(accuracy_on(model, text.test.tokens, text.test.labels)); });
  return accuracies;
}

/// The lengths of all gradients of a model, or of what its parameters are away from others; an exact 0 is written 0.
show::Words lengths(const Tensors& vectors) {
  show::Words result;
  for (const Tensor& x : vectors) {
    double square = sum(x * x).item();
    result.push_back(square == 0 ? "0" : show::scientific(sqrt(square)));
  }
  return result;
}

/// The gradient of each parameter for these texts, before any training.
Tensors gradients(const TextModel& model, const Indices& tokens, const Indices& labels) {
  cross_entropy(model(tokens), labels).backward();
  Tensors result;
  for (const Tensor& parameter : model.parameters()) result.push_back(parameter.grad());
  return result;
}

/// Tokens without one word a text: the one with the largest number in `rank` (N, T).
Indices without_one(Indices tokens, const Tensor& rank) {
  Indices chosen = argmax(masked_fill(rank, data::padding_of(tokens), -infinity), 1);
  for (Index n = 0; n < tokens.shape[0]; ++n) tokens.values[n * tokens.shape[1] + chosen.values[n]] = data::Vocabulary::padding;
  return tokens;
}

}  // namespace
