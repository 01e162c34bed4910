#include "../exercise.h"

#include "noise.h"

std::vector<Index> words_of(const Tensor& d_words) {
  std::vector<Index> found;
  for (Index w = 0; w < d_words.size(0); ++w)
    if (norm(d_words[w]).item() > 0) found.push_back(w);
  return found;
}

Tensor clipped(const Tensor& g, double C) {
  const double length = norm(g).item();
  return length > C ? g * (C / length) : g;
}

Tensor averaged_weights(const Tensors& weights, const std::vector<Index>& texts) {
  Tensor sum = zeros(weights[0].shape());
  Index all = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += texts[i] * weights[i], all += texts[i];
  return sum / all;
}

double renyi_of(double q, double sigma, int alpha) {
  double sum = 0;
  for (int k = 0; k <= alpha; ++k) {
    const double binomial = std::exp(std::lgamma(alpha + 1) - std::lgamma(k + 1) - std::lgamma(alpha - k + 1));
    sum += binomial * std::pow(1 - q, alpha - k) * std::pow(q, k) * std::exp(k * (k - 1) / (2 * sigma * sigma));
  }
  return std::log(sum) / (alpha - 1);
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: a row by hand") {
  const Example x;
  const Tensor g = (x.p() - 1) * x.v, c = matmul(x.alpha(), x.x());
  check_equal("g . x_since", sum(g * x.x()[1]).item(), -0.2183);
  check_equal("g . c", sum(g * c).item(), -0.2033);
  check_equal("dE since", x.row(1), tensor({-0.0298, -0.0548}));
}

TEST_CASE("answer 2: a word that comes twice") {
  datasets::TextSet set;
  set.tokens = Indices{{2, 3, 2, 4}, {2, 3, 2, 3}};
  set.labels = Indices{0, 1};
  TextModel model(6, 4, 2, 0);
  const ReadBack one = read_back(model, set, 0), two = read_back(model, set, 1);
  check_true("a text with one word twice", one.words == std::vector<Index>({2, 3, 2, 4}), "be read");
  check_true("a text with two words twice", two.words == std::vector<Index>(4, -1), "not be read in order");
}

TEST_CASE("answer 3: noise for epsilon 1") {
  check_true("sigma 3.3", privacy_spent(0.05, 3.3, 200, 1e-4).epsilon > 1, "spend more than 1");
  check_true("sigma 3.4", privacy_spent(0.05, 3.4, 200, 1e-4).epsilon < 1, "spend less than 1");
  check_equal("800 steps, sigma 3.4", privacy_spent(0.05, 3.4, 800, 1e-4).epsilon, 1.9564);
}

TEST_CASE("answer 4: the largest AUC") {
  check_equal("epsilon 0", largest_auc(0, 0), 0.5);
  check_equal("epsilon 1.65", 1 / (1 + std::exp(-1.65)), 0.839, 1e-3);
}

TEST_CASE("answer 5: half the numbers' bytes") { check_equal("MB", 2 * 110.0 * 2 * 63 / 64, 433.125); }
