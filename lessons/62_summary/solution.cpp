#include "../exercise.h"

#include <algorithm>
#include <cmath>
#include <map>

using datasets::Words;

double rouge_1_of(const Words& written, const Words& reference) {
  Words left = reference;
  double both = 0;
  for (const std::string& word : written) {
    const auto found = std::find(left.begin(), left.end(), word);
    if (found == left.end()) continue;
    left.erase(found);
    ++both;
  }
  return 100 * 2 * both / static_cast<double>(written.size() + reference.size());
}

std::map<std::string, double> telling(const Words& text, const std::map<std::string, double>& texts_with, double texts) {
  std::map<std::string, double> value;
  for (const std::string& word : text) value[word] += std::log(texts / texts_with.at(word));
  return value;
}

double surprise(const Tensor& p_vocab, const Tensor& alpha, const Indices& words, double p_gen, Index target) {
  double p = target < p_vocab.size() ? p_gen * p_vocab.at({target}) : 0;
  for (Index j = 0; j < alpha.size(); ++j)
    if (words.values[static_cast<std::size_t>(j)] == target) p += (1 - p_gen) * alpha.at({j});
  return -std::log(p);
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: the right words in another order") {
  const Words person = datasets::words_of(said_by_a_person), turned = datasets::words_of("viewer fast sound for files");
  check_equal("ROUGE-1", datasets::rouge({turned}, {person}, 1), 100);
  check_equal("ROUGE-2", datasets::rouge({turned}, {person}, 2), 0);
}

TEST_CASE("answer 2: one right word") {
  check_equal("ROUGE-1", rouge_1_of({"viewer"}, datasets::words_of(said_by_a_person)), 33.3, 1e-2);
  check_equal("BLEU's p_1", datasets::bleu({{"viewer"}}, {datasets::words_of(said_by_a_person)}, 1).precision[0], 1);
}

TEST_CASE("answer 3: the opposite") {
  check_equal("ROUGE-1",
              rouge_1_of(datasets::words_of("tool with graphical interface"), datasets::words_of("tool without graphical interface")), 75);
}

TEST_CASE("answer 4: a word that stands in every text") { check_equal("its value", telling({"a", "a"}, {{"a", 8}}, 8).at("a"), 0); }

TEST_CASE("answer 5: neither written nor copied") {
  const double infinite = surprise(tensor({0.5, 0.5}), tensor({1.0}), {0}, 0.25, 2);
  check_true("its surprise", std::isinf(infinite), "be infinite");
  check_equal("the library's, at most", -std::log(1e-12), 27.6, 1e-2);
}
