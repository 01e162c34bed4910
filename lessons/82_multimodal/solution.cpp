#include "../exercise.h"

#include <set>

#include "example.h"
#include "questions.h"

Tensor cross_attention(const Tensor& queries, const Tensor& keys, const Tensor& values) {
  return matmul(softmax(matmul(queries, transpose(keys)) / std::sqrt(static_cast<double>(queries.size(1)))), values);
}

Mask hide_words(Index words, Index cells) {
  Mask mask({words, words + cells}, std::vector<std::uint8_t>(words * (words + cells)));
  for (Index row = 0; row < words; ++row)
    for (Index word = 0; word < words; ++word) mask.hidden[row * (words + cells) + word] = 1;
  return mask;
}

double points_at(const Tensor& weights, const std::vector<Index>& where) {
  const Indices top = argmax(weights, 1);
  double hits = 0;
  for (std::size_t n = 0; n < where.size(); ++n) hits += top.values[n] == where[n];
  return hits / static_cast<double>(where.size());
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: a word that looks less sharply") {
  const Example x;
  const Tensor alpha = softmax(matmul(x.queries / 2, transpose(x.keys)) / std::sqrt(2.0));
  check_equal("alpha of 'ring'", select(alpha, 0, 0), tensor({0.6729, 0.1636, 0.1636}), 1e-3);
  check_equal("the columns seen", matmul(alpha, x.columns), tensor({{0.4907}, {1.5093}}), 1e-3);
}

TEST_CASE("answer 2: a mean that knows who stands where") {
  const Example x;
  check_equal("key times column, the mean", mean(x.keys * x.columns, 0), tensor({0.0, 2.0 / 3}));
  check_equal("exchanged", mean(x.swapped() * x.columns, 0), tensor({2.0 / 3, 0.0}));
}

TEST_CASE("answer 3: cross-attention is self-attention over both with a mask") {
  const Example x;
  Rng rng(1);
  const Tensor values = randn({5, 3}, rng), keys = concat({randn({2, 2}, rng), x.keys}, 0);
  AttentionOptions options;
  options.mask = hide_words(2, 3);
  check_equal("one sequence, words hidden", scaled_dot_product_attention(x.queries, keys, values, options).output,
              cross_attention(x.queries, x.keys, slice(values, 0, 2, 5)), 1e-6);
}

TEST_CASE("answer 4: how often a biased model does not look") {
  const double share = (1 - 0.35) / 0.9;
  check_equal("the share", share, 0.722, 1e-3);
  check_equal("right with the same bias", 1 - 0.1 * share, 0.928, 1e-3);
}

TEST_CASE("answer 5: how many questions there are") {
  std::set<std::vector<Index>> usual, new_pair;
  Rng rng(1);
  const Questions a(2000, Ask::usual, rng), b(500, Ask::new_pair, rng);
  for (Index n = 0; n < a.count(); ++n) usual.insert({a.words.values[3 * n], a.words.values[3 * n + 1], a.words.values[3 * n + 2]});
  for (Index n = 0; n < b.count(); ++n) new_pair.insert({b.words.values[3 * n], b.words.values[3 * n + 1], b.words.values[3 * n + 2]});
  check_equal("asked in training", static_cast<double>(usual.size()), 56);
  check_equal("never asked", static_cast<double>(new_pair.size()), 4);
}
