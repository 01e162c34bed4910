#include "../exercise.h"

#include "hand_made.h"

double weight_of_one(double c, double n) { return std::exp(c) / (std::exp(c) + n - 1); }

Tensor bump(const Tensor& gap, double step) { return relu(gap - step) - 2 * relu(gap) + relu(gap + step); }

Tensor sawtooth(const Tensor& k, Index n) {
  Tensor y = k;
  for (Index j = 1; j < n; ++j) y += (j % 2 == 0 ? 2 : -2) * relu(k - j);
  return y;
}

double additive_parameters(double query_width, double key_width, double h) { return h * (query_width + key_width + 1); }

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: half of the weight") {
  check_true("150 places", weight_of_one(5, 149) > 0.5 && weight_of_one(5, 150) < 0.5, "be the first to leave less than half");
  check_equal("the score that 4,096 places need for 0.98", std::log(49 * 4095.0), 12.2093);
  check_equal("and what it gives", weight_of_one(12.2093, 4096), 0.98);
}

TEST_CASE("answer 2: the network by hand for 1 0 1 1 0") {
  const Tensor x = tensor({{0, 1, 0, 1, 1, 0}});
  check_equal("k / N", sum(x).item() / 6, 0.5);
  check_equal("tanh(1) / 3", std::tanh(1) / 3, 0.2539);
  check_equal("s", parity_score(x, 6).item(), 0.0423);
  check_equal("N^2 s = 2 tanh(1)", 36 * parity_score(x, 6).item(), 1.5232);
}

TEST_CASE("answer 3: one layer for one length") {
  const Index n = 12;
  const Tensor x = all_strings(n), share = sum(x, 1) / static_cast<double>(n + 1);  // what equal weights find
  const Tensor odd = sawtooth(static_cast<double>(n + 1) * share, n);
  const Indices right = is_odd(x);
  for (Index i = 0; i < x.size(0); i += 100) check_equal("odd?", odd.at({i}), static_cast<double>(right.values[i]), 1e-3);
}

TEST_CASE("answer 4: two widths") {
  Rng rng(0);
  check_equal("q of 1,024, k of 16, h = 64", static_cast<double>(nn::AdditiveAttention(1024, 16, 64, rng).parameter_count()), 66624);
}
