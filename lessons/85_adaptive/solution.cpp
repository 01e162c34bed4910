#include "../exercise.h"

Tensor best_weights(const Tensor& s) { return softmax(neg(log(s))); }

double expected_error(const Tensor& alpha, const Tensor& s) { return sum(alpha * alpha * s).item(); }

Tensor span_mask(Index n, double z, double ramp) { return relu(1 - relu(1 - (z + ramp - arange(n)) / ramp)); }

Tensor weights_within(const Tensor& scores, const Tensor& mask) {
  const Tensor weights = softmax(scores) * mask;
  return weights / sum(weights);
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

#include "readings.h"

TEST_CASE("answer 1: two instruments") {
  const Tensor s = tensor({1, 4});
  check_equal("weights", best_weights(s), tensor({0.8, 0.2}));
  check_equal("error", expected_error(best_weights(s), s), 0.8);
  check_equal("error of the mean", expected_error(full({2}, 0.5), s), 1.25);
}

TEST_CASE("answer 2: the factor before log s") {
  const Tensor s = tensor({0.25, 1, 4});
  check_equal("-2", expected_error(softmax(-2 * log(s)), s), 0.2233, 1e-3);
  check_equal("-1/2", expected_error(softmax(-0.5 * log(s)), s), 0.2449, 1e-3);
}

TEST_CASE("answer 3: told wrongly, with what factor?") {
  Rng rng(85);
  const Readings right = draw_readings(20000, 5, 2, rng), wrong = told_wrongly(right);
  const double alike = error_of(all_alike(right), right), best = error_of(by_variance(wrong), wrong);
  check_true("1 / variance, told wrongly", best > 1.3 * alike, "be worse than the mean by far");
  for (double factor : {-0.5, 0.5})
    check_true("a factor other than 0", error_of(softmax(factor * log(wrong.s)), wrong) > alike, "be worse");
}

TEST_CASE("answer 4: what a span of 8 saves") {
  const double d = 64, n = 64, projections = 4 * d * d;
  check_equal("a token, all distances", projections + 2 * n * d, 24576);
  check_equal("a token, eight distances", projections + 2 * 8 * d, 17408);
  check_equal("share", 17408.0 / 24576, 0.708, 1e-3);
  check_equal("share at 4,096 tokens", (projections + 2 * 8 * d) / (projections + 2 * 4096 * d), 0.032, 1e-2);
}
