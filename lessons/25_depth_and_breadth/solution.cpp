#include "../exercise.h"

#include "tasks.h"

Tensor with_temperature(const Tensor& e, double T) {
  const Tensor shifted = e / T - max(e / T, -1, true);
  return exp(shifted) / sum(exp(shifted));
}

double number_of_places(const Tensor& alpha) { return 1 / sum(alpha * alpha).item(); }

double entropy_slope(const Tensor& e, double T) {
  const Tensor alpha = softmax(e / T), off = e - sum(alpha * e);
  return sum(alpha * off * off).item() / (T * T * T);
}

Tensor scores_for(const Tensor& variance) { return -log(variance); }

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: exactly two places") {
  double low = 0.1, high = 5;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (std::exp(entropy(softmax(scores / middle)).item()) < 2 ? low : high) = middle;
  }
  check_equal("T", low, 0.5469, 1e-3);
}

TEST_CASE("answer 2: a second best score in 'find'") {
  const Tensor six = tensor({2.0, 1.0, 0.5, 0.0, -1.0, 2.0});
  auto error = [&](double T) {
    const Tensor alpha = softmax(six / T);
    return std::pow(1 - alpha.at({0}), 2) + sum(alpha * alpha).item() - std::pow(alpha.at({0}), 2);
  };
  check_equal("T near 0", error(0.01), 0.5);
  bool worse = true;
  for (double T = 0.1; T < 50; T *= 1.1) worse = worse && error(T) >= 0.5 - 1e-5;
  check_true("every larger T", worse, "be worse");
}

TEST_CASE("answer 3: scores twice as large") {
  Task weigh = find_average_weigh().task[2];
  weigh.scores = 2 * weigh.scores;
  double best = 1, at = 0;
  for (double T = 0.1; T < 10; T += 0.01) {
    const double error = weigh.predicted(softmax(weigh.scores / T));
    if (error < best) best = error, at = T;
  }
  check_equal("T", at, 2, 0.01);
  check_equal("the error", best, 4.0 / 31);
}

TEST_CASE("answer 4: equal scores") {
  Task average = find_average_weigh().task[1];
  average.scores = full({5}, 2);
  Rng rng(0);
  Tensor T = tensor({3}).requires_grad(true);
  const Task::Cases cases = average.draw(256, rng);
  mse_loss(matmul(cases.values, weights(average.scores, T)), cases.wanted).backward();
  check_true("the gradient of T", std::fabs(T.grad().item()) < 1e-6, "be 0 but for rounding");
  check_true("what Adam makes of it", std::fabs(learn_temperature(average, 200, rng) - 3) > 0.1, "be a walk away from 3");
}

TEST_CASE("answer 5: a factor before the mean") {
  double best = 1, at = 0;
  for (double c = 0; c < 1; c += 0.001) {
    const double error = (1 - c) * (1 - c) + c * c / 5;
    if (error < best) best = error, at = c;
  }
  check_equal("the factor", at, 5.0 / 6, 1e-3);
  check_equal("the error", best, 1.0 / 6);
}
