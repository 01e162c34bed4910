#include "../exercise.h"

Tensor over_words(const Tensor& e) {
  const Tensor powers = exp(e);
  return powers / sum(powers, 0, true);
}

Tensor weighted_sum(const Tensor& alpha, const Tensor& X) { return matmul(transpose(alpha), X); }

bool makes_means(const Tensor& alpha) {
  const Tensor sums = sum(alpha, 0);
  for (Index j = 0; j < sums.size(0); ++j)
    if (std::abs(sums.at({j}) - 1) > 1e-5) return false;
  return true;
}

Tensor by_library(const Tensor& X, const Tensor& Y) {
  AttentionOptions options;
  options.scale = 1;
  return scaled_dot_product_attention(Y, X, X, options).output;
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

/// The formula as printed.
Tensor over_outputs(const Tensor& e) { return softmax(e, 1); }

TEST_CASE("answer 1: 5 more for the scores of mat") {
  const Tensor more = e + 5 * tensor({{0}, {0}, {0}, {0}, {0}, {1}});
  check_equal("as printed nothing changes", over_outputs(more), over_outputs(e));
  check_equal("mat, sound", select(over_words(more), 0, 5), tensor({0.7811, 0.9926}));
  for (Index i = 0; i < 5; ++i)
    for (Index j = 0; j < 2; ++j) check_true("every other weight", over_words(more).at({i, j}) < over_words(e).at({i, j}), "shrink");
}

TEST_CASE("answer 2: 5 more for the scores of who") {
  const Tensor more = e + 5 * tensor({{1, 0}});
  check_equal("sound: nothing changes", over_words(more), over_words(e));
  check_equal("as printed, sums over the words", sum(over_outputs(more), 0), tensor({5.7947, 0.2053}));
}

TEST_CASE("answer 3: a second cat") {
  const Tensor seven = concat({e, slice(e, 0, 1, 2)}, 0);
  const double one = over_words(seven).at({1, 0});
  check_equal("each cat", one, 0.3449);
  check_equal("both", 2 * one, 0.6898);
}

TEST_CASE("answer 4: z becomes the next y") {
  for (double length : {0.0, 1.0, 100.0, -100.0})
    for (Index j = 0; j < 2; ++j) {
      Tensor y = length * select(Y, 0, j);
      for (int time = 0; time < 100; ++time) y = matmul(softmax(matmul(X, y)), X);
      check_equal("after a hundred", y, tensor({0.2156, 0.3708, 0.4826}));
    }
}

TEST_CASE("answer 5: printed weights over their column sums") {
  const Tensor printed = over_outputs(e), repaired = printed / sum(printed, 0, true);
  check_true("each output", makes_means(repaired), "be a mean again");
  check_equal("cat in who", repaired.at({1, 0}), 0.3479);
  check_equal("cat in who, sound", over_words(e).at({1, 0}), 0.5265);
}
