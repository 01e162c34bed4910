#include "../exercise.h"

double f1(const Tensor& confusion, Index c) {
  const double tp = confusion.at({c, c}), fp = sum(select(confusion, 1, c)).item() - tp, fn = sum(select(confusion, 0, c)).item() - tp;
  return tp + fp + fn == 0 ? 0 : 2 * tp / (2 * tp + fp + fn);
}

double macro_f1(const Tensor& confusion) {
  double total = 0;
  for (Index c = 0; c < confusion.size(0); ++c) total += f1(confusion, c);
  return total / static_cast<double>(confusion.size(0));
}

Tensor received(const Tensor& alpha, Index n) { return mean(slice(slice(alpha, 0, 0, n), 1, 0, n), 0) * static_cast<double>(n); }

std::vector<Index> shuffled(const std::vector<Index>& tokens, Rng& rng) {
  const auto words = static_cast<Index>(std::find(tokens.begin(), tokens.end(), 0) - tokens.begin());
  std::vector<Index> mixed = tokens, order = rng.permutation(words);
  for (Index t = 0; t < words; ++t) mixed[t] = tokens[order[t]];
  return mixed;
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

#include "attention_model.h"

TEST_CASE("answer 1: tp = 8, fp = 2, fn = 8") {
  const datasets::ClassScore score = datasets::class_scores(tensor({{8, 8}, {2, 0}}))[0];
  check_equal("precision", score.precision, 0.8);
  check_equal("recall", score.recall, 0.5);
  check_equal("F1", score.f1, 0.615, 1e-3);
}

TEST_CASE("answer 2: always the largest of ten classes") {
  Tensor always = zeros({10, 10});  // 1,000 texts, 189 of them of class 0
  always.set({0, 0}, 189);
  for (Index c = 1; c < 10; ++c) always.set({c, 0}, c == 9 ? 91 : 90);
  check_equal("F1 of the largest", f1(always, 0), 0.318, 1e-3);
  check_equal("macro F1", macro_f1(always), 0.032, 1e-3);
}

TEST_CASE("answer 3: heads and parameters") {
  Rng rng;
  for (Index heads : {1, 2, 4, 8}) check_equal("numbers learned", double(nn::MultiheadAttention(128, heads, rng).parameter_count()), 66048);
  bool refused = false;
  try {
    nn::MultiheadAttention(128, 3, rng);
  } catch (const Error&) {
    refused = true;
  }
  check_true("three heads of 128", refused, "be refused");
}

TEST_CASE("answer 4: W_o = 0") {
  EvalMode no_dropout;
  Rng rng;
  AttentionModel model(50, 8, true, rng);
  const Indices text{{7, 30, 12, 5, 0}}, mixed{{12, 5, 7, 30, 0}};
  check_true("with W_o the order", sum(abs(model(text) - model(mixed))).item() > 0, "change the answer");
  model.attention.out_proj.weight.copy_from(zeros({128, 128}));
  model.attention.out_proj.bias.copy_from(zeros({128}));
  check_equal("the same words in another order", model(text), model(mixed));
  const Tensor places = slice(model.positions(zeros({1, 5, 128})), 1, 0, 4), mean_word = mean(slice(model.embedding(text), 1, 0, 4), 1);
  check_equal("the mean word and the mean place", model(text), model.dense(mean_word + mean(places, 1)));
}
