#pragma once
#include "../53_listing_layer/text_model.h"

#include "ranks.h"

// Sections 3 to 6: the text model of lesson 53 with learned, equal and random weights, and four ways to say which word matters.

namespace {

enum class Weights { learned, equal, random };

/// The text model, or the same with weights that never learn: equal ones (a bag of words), or a random score for each word of the vocabulary.
struct Reader {
  Weights kind;
  TextModel model;
  Tensor random_scores;  // (vocabulary, 1)

  Reader(Weights kind_, Index vocabulary, std::uint64_t seed) : kind(kind_), model(vocabulary, seed, kind_ != Weights::equal) {
    Rng rng(seed + 500);
    random_scores = 3 * randn({vocabulary, 1}, rng);
  }
  /// Words as vectors (N, T, 128) -> weights (N, T).
  Tensor weights(const Tensor& x, const Indices& tokens) const {
    Tensor e = zeros({x.size(0), x.size(1)});
    if (kind == Weights::learned) e = squeeze(model.v(tanh(model.W1(x) + model.W2(x))), 2);
    if (kind == Weights::random) e = squeeze(embedding(tokens, random_scores), 2);
    return softmax(masked_fill(e, datasets::padding_of(tokens), -infinity));
  }
  Tensor weights(const Indices& tokens) const { return weights(model.embedding(tokens), tokens); }
  /// The scores of the classes (N, 10), if the words (N, T, 128) get these weights.
  Tensor answer(const Tensor& x, const Tensor& alpha) const { return model.dense(squeeze(matmul(unsqueeze(alpha, 1), x), 1)); }
  Tensor operator()(const Indices& tokens) const {
    Tensor x = model.drop(model.embedding(tokens));
    return answer(x, weights(x, tokens));
  }
  /// What learns: everything; or, where the weights are given, embedding and dense alone.
  Tensors learned() const {
    Tensors all;
    for (const auto& [name, parameter] : model.named_parameters())
      if (kind == Weights::learned || name.find("embedding") == 0 || name.find("dense") == 0) all.push_back(parameter);
    return all;
  }
};

struct Texts {
  Indices tokens, labels;
};
/// Every k-th text, so that about `count` are left.
inline Texts some_of(const datasets::TextSet& set, Index count) {
  const Index all = set.labels.shape[0], step = std::max<Index>(all / count, 1);
  std::vector<Index> which;
  for (Index i = 0; i < all && static_cast<Index>(which.size()) < count; i += step) which.push_back(i);
  return {take_rows(set.tokens, which), take_rows(set.labels, which)};
}

inline Reader trained_reader(Weights kind, const Texts& texts, Index vocabulary, Index epochs, std::uint64_t seed) {
  Reader reader(kind, vocabulary, seed);
  Rng order(seed);
  fit(reader.learned(), std::function<Tensor(const Indices&)>(std::cref(reader)), texts.tokens, texts.labels, {epochs, 64, 0.004}, order,
      [](double) {});
  return reader;
}

// ---- Which word matters? Each (N, T)

/// How much and which way: `size` says how far a word moves the answer, `towards` is positive if it speaks for what the reader says.
struct Measure {
  Tensor size, towards;
};
/// Half the sum of the differences: 0 for the same weights or probabilities, 1 if no place has any in both.
inline Tensor distance(const Tensor& a, const Tensor& b) { return 0.5 * sum(abs(a - b), -1); }

/// By hiding each word in turn: how far the probabilities move / how much less sure the reader is of what it said.
inline Measure by_hiding(const Reader& reader, const Indices& tokens) {
  NoGrad no_graph;
  EvalMode no_dropout;
  const Tensor whole = softmax(reader(tokens));
  const Indices said = argmax(whole, 1), column({said.shape[0], 1}, said.values);
  Tensors size, towards;
  for (Index j = 0; j < tokens.shape[1]; ++j) {
    Indices without = tokens;
    for (Index n = 0; n < tokens.shape[0]; ++n) without.values[n * tokens.shape[1] + j] = datasets::Vocabulary::padding;
    const Tensor p = softmax(reader(without));
    size.push_back(distance(whole, p));
    towards.push_back(squeeze(gather(whole - p, 1, column), 1));
  }
  return {stack(size, 1), stack(towards, 1)};
}
/// By the gradient: x_j . d(score of what it said) / d x_j.
inline Measure by_gradient(const Reader& reader, const Indices& tokens) {
  EvalMode no_dropout;
  const Tensor x = reader.model.embedding(tokens).detach().requires_grad(true);
  const Tensor scores = reader.answer(x, reader.weights(x, tokens));
  const Indices said = argmax(scores, 1), column({said.shape[0], 1}, said.values);
  sum(gather(scores, 1, column)).backward();
  const Tensor towards = sum(x.detach() * x.grad(), -1);
  return {abs(towards), towards};
}

/// The mean rank correlation of two such measures, over the texts of at least five words. As a mistake, padding counts as words.
inline double agreement(const Tensor& a, const Tensor& b, const Indices& tokens, bool with_padding) {
  double total = 0, texts = 0;
  const Index T = tokens.shape[1];
  for (Index n = 0; n < tokens.shape[0]; ++n) {
    Index words = 0;
    std::vector<double> of_a, of_b;
    for (Index j = 0; j < T; ++j) {
      const bool is_word = tokens.values[n * T + j] != datasets::Vocabulary::padding;
      words += is_word;
      if (is_word || with_padding) of_a.push_back(a.at({n, j})), of_b.push_back(b.at({n, j}));
    }
    if (words >= 5) total += rank_correlation(of_a, of_b), ++texts;
  }
  return total / texts;
}

// ---- Other weights

/// Each text's weights in another order.
inline Tensor shuffled(const Tensor& alpha, const Indices& tokens, Rng& rng) {
  Tensor result = alpha.clone();
  const Index T = tokens.shape[1];
  for (Index n = 0; n < tokens.shape[0]; ++n) {
    std::vector<Index> places;
    for (Index j = 0; j < T; ++j)
      if (tokens.values[n * T + j] != datasets::Vocabulary::padding) places.push_back(j);
    const std::vector<Index> order = rng.permutation(static_cast<Index>(places.size()));
    for (std::size_t i = 0; i < places.size(); ++i) result.set({n, places[i]}, alpha.at({n, places[order[i]]}));
  }
  return result;
}

/// Weights as far as possible from those of the reader that leave its probabilities nearly as they are: gradient steps on
/// -distance + 20 (change of the probabilities), from shuffled weights on.
inline Tensor other_weights(const Reader& reader, const Indices& tokens, Rng& rng) {
  EvalMode no_dropout;
  const Tensor x = reader.model.embedding(tokens).detach(), alpha = reader.weights(x, tokens).detach();
  const Tensor p = softmax(reader.answer(x, alpha)).detach();
  const Mask padding = datasets::padding_of(tokens);
  Parameter e = log(shuffled(alpha, tokens, rng) + 1e-3).detach().requires_grad(true);
  const auto other = [&] { return softmax(masked_fill(e, padding, -infinity)); };
  optim::Adam adam({e}, 0.1);
  for (Index step = 0; step < 200; ++step) {
    Tensor loss = sum(20 * distance(softmax(reader.answer(x, other())), p) - distance(other(), alpha));
    adam.zero_grad();
    loss.backward();
    adam.step();
  }
  NoGrad no_graph;
  return other();
}

/// The share of texts where a search from three starts found weights whose largest lies on another word, while no probability moved by more
/// than 0.05 in sum.
inline double same_answer_other_word(const Reader& reader, const Indices& tokens, Rng& rng) {
  EvalMode no_dropout;
  const Tensor x = reader.model.embedding(tokens).detach(), alpha = reader.weights(x, tokens).detach();
  const Tensor p = softmax(reader.answer(x, alpha)).detach();
  const Indices top = argmax(alpha, 1);
  std::vector<bool> found(top.values.size());
  for (int start = 0; start < 3; ++start) {
    const Tensor other = other_weights(reader, tokens, rng), change = distance(softmax(reader.answer(x, other)), p);
    const Indices new_top = argmax(other, 1);
    for (std::size_t n = 0; n < found.size(); ++n)
      if (change.at({static_cast<Index>(n)}) <= 0.05 && new_top.values[n] != top.values[n]) found[n] = true;
  }
  return static_cast<double>(std::count(found.begin(), found.end(), true)) / static_cast<double>(found.size());
}

}  // namespace
