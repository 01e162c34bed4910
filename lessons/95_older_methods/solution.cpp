#include "../exercise.h"

#include "small.h"

std::vector<Index> place_features(const std::vector<Index>& text, Index words) {
  std::vector<Index> features;
  for (std::size_t t = 0; t < text.size(); ++t) features.push_back(static_cast<Index>(t) * words + text[t]);
  return features;
}

std::vector<Index> pair_features(const std::vector<Index>& text, Index words) {
  std::vector<Index> features;
  for (std::size_t t = 0; t + 1 < text.size(); ++t) features.push_back(text.back() * words + text[t]);
  return features;
}

Tensor regress(const std::vector<Index>& features, const Tensor& weights) {
  return softmax(sum(embedding(Indices({static_cast<Index>(features.size())}, features), weights), 0));
}

Index agreement(const std::vector<Index>& a, const std::vector<Index>& b) {
  Index same = 0;
  for (std::size_t t = 0; t < a.size(); ++t) same += a[t] == b[t];
  return same;
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: a weight of 3") { check_equal("p", softmax(tensor({3, 0, 0, 0, 0, 0, 0, 0})).at({0}), 0.7415); }

TEST_CASE("answer 2: how often a feature is seen") {
  check_equal("2* at 17, among 2,000 texts", 2000.0 / (64 * 8), 3.9063);
  check_equal("2*, wherever", 2000.0 / 8, 250);
  check_equal("a=3 with a?", 2000.0 / (4 * 8), 62.5);
}

TEST_CASE("answer 3: no sum answers the four texts") {
  Rng rng(0);
  const Tensor p = learned_by_heart(on_ngrams(rng), four_texts());
  for (Index n = 0; n < 4; ++n) check_equal("p of the right answer", p.at({n}), 0.5, 1e-3);
  check_equal("without the 5, pairs of neighbours hold name and question", static_cast<double>(names * values * names), 128);
}

TEST_CASE("answer 4: neighbours") {
  Rng rng(0);
  double same_answer = 0, other_answer = 0, same_count = 0, other_count = 0;
  const Texts texts = draw(Task::fixed, 300, rng);
  const auto text = [&](Index n) {
    const auto begin = texts.words.values.begin() + n * (steps + 1);
    return std::vector<Index>(begin, begin + steps + 1);
  };
  for (Index a = 0; a < 300; ++a)
    for (Index b = 0; b < a; ++b) {
      const auto agree = static_cast<double>(agreement(text(a), text(b)));
      if (texts.answers.values[a] == texts.answers.values[b]) same_answer += agree, ++same_count;
      else other_answer += agree, ++other_count;
    }
  check_equal("places that agree by chance, with another answer: 1 + 63 / 8", other_answer / other_count, 1 + 63.0 / 8, 0.02);
  check_equal("and with the same answer: one more", same_answer / same_count, 2 + 63.0 / 8, 0.02);
}
