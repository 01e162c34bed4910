#include "../exercise.h"

#include "example.h"
#include "patches.h"
#include "ranks.h"

Tensor hide(const Tensor& alpha, Index j) {
  const Tensor left = alpha * (1 - select(eye(alpha.size(0)), 0, j));
  return left / sum(left);
}

Tensor gradient_times_word(const Tensor& x, const std::function<Tensor(const Tensor&)>& answer) {
  const Tensor copy = x.detach().requires_grad(true);
  answer(copy).backward();
  return sum(copy.detach() * copy.grad(), -1);
}

double rank_correlation_of(const std::vector<double>& a, const std::vector<double>& b) {
  const auto rank = [](const std::vector<double>& x, double number) {
    return static_cast<double>(std::count_if(x.begin(), x.end(), [&](double other) { return other < number; }));
  };
  double squares = 0;
  for (std::size_t j = 0; j < a.size(); ++j) squares += std::pow(rank(a, a[j]) - rank(b, b[j]), 2);
  const double n = static_cast<double>(a.size());
  return 1 - 6 * squares / (n * (n * n - 1));
}

double precision(double sensitivity, double specificity, double ill) {
  const double found = sensitivity * ill, alarms = (1 - specificity) * (1 - ill);
  return found / (found + alarms);
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: other weights by hand") {
  const Example x;
  check_equal("the score of (0.1, 0.4, 0.5)", x.score(x.other), 0.3);
  check_equal("the score of (0.4, 0.3, 0.3)", x.score(tensor({0.4, 0.3, 0.3})), 0.3);
}

TEST_CASE("answer 2: rank correlations of the example") {
  check_equal("how much", rank_correlation({0.7, 0.2, 0.1}, {0.70, 0.43, 0.14}), 1);
  check_equal("which way", rank_correlation({0.7, 0.2, 0.1}, {-0.70, 0.43, -0.14}), -0.5);
}

TEST_CASE("answer 3: dice, with padding and without") {
  check_equal("three words", rank_correlation({0.7, 0.2, 0.1}, {0.1, 0.5, 0.3}), -0.5);
  check_equal("three places of padding more", rank_correlation({0.7, 0.2, 0.1, 0, 0, 0}, {0.1, 0.5, 0.3, 0, 0, 0}), 0.806, 1e-3);
}

TEST_CASE("answer 4: precision") {
  check_equal("one in a hundred", precision(0.79, 0.85, 0.01), 0.0505, 1e-3);
  check_equal("one in five", precision(0.79, 0.85, 0.2), 0.568, 1e-3);
}

TEST_CASE("answer 5: learned without the mark, tested with it") {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    Rng rng(seed);
    const Slides train(1000, 0.5, Marks::none, rng), test(1000, 0.5, Marks::anywhere, rng);
    const SlideModel model = trained_on(train, Pool::attention, 20, seed);
    NoGrad no_graph;
    check_equal("right, seed " + std::to_string(seed), accuracy(model(test.patches), test.ill), 0.83, 0.02);
    check_true("the weight on the mark", weight_on(model.attend(test.patches).weights, test.mark) < 0.25, "be below a quarter");
  }
}
