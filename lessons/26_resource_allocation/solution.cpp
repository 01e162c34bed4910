#include "../exercise.h"

#include "looks.h"

Tensor one_try(Index j, double reward, double baseline, const Tensor& pi) {
  return (reward - baseline) * (select(eye(pi.size(0)), 0, j) - pi);
}

double log_pi_of_two(Index first, Index second, const Tensor& theta) {
  const Tensor pi = softmax(theta);
  return std::log(pi.at({first})) + std::log(pi.at({second}) / (1 - pi.at({first})));
}

Tensor loss(const Tensor& cost, const Tensor& log_pi, double baseline) { return mean(cost + (cost.detach() - baseline) * log_pi); }

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: equal places") {
  check_equal("one look", or_guess(0.5), 0.625);
  check_equal("fixed, one look", or_guess(1.0 / 8), 0.34375);
  check_equal("fixed, two looks", or_guess(2.0 / 8), 0.4375);
}

TEST_CASE("answer 2: four words a colour") {
  for (Index k : {1, 2, 3, 4}) check_equal("looks: " + std::to_string(k), or_guess(k / 4.0), (k * 3 + 4) / 16.0);
}

TEST_CASE("answer 3: a price for each look") {
  auto worth = [](double price, Index k) {
    return (k == 0 ? or_guess(0) : k == 1 ? or_guess(best_with_one_look()) : 1) - price * static_cast<double>(k);
  };
  check_equal("one look", or_guess(best_with_one_look()), 0.775, 1e-3);
  check_true("at 0.2", worth(0.2, 2) > worth(0.2, 1) && worth(0.2, 2) > worth(0.2, 0), "two looks be best");
  check_true("at 0.3", worth(0.3, 1) > worth(0.3, 2) && worth(0.3, 1) > worth(0.3, 0), "one look be best");
  check_true("at 0.6", worth(0.6, 0) > worth(0.6, 1) && worth(0.6, 0) > worth(0.6, 2), "no look be best");
}

TEST_CASE("answer 4: two looks, in order") {
  check_equal("0 then 2", std::exp(log_pi_of_two(0, 2, theta)), 0.1912);
  check_equal("2 then 0", std::exp(log_pi_of_two(2, 0, theta)), 0.1160);
}

TEST_CASE("answer 5: the best baseline") {
  double above = 0, below = 0;
  for (Index j = 0; j < 3; ++j) {
    const double length = sum(pow(one_try(j, 1, 0, pi), 2)).item();  // |1_j - pi|^2
    above += pi.at({j}) * length * r.at({j});
    below += pi.at({j}) * length;
  }
  const double best = above / below;
  check_equal("the best b", best, 0.5072, 2e-4);
  check_equal("its variance", variance(pi, tries(r - best, pi)), 0.0171);
}
