#include "../exercise.h"

Tensor weights(double q, const Tensor& x) { return softmax(q * x); }

double result(double q, const Tensor& x) { return sum(weights(q, x) * x).item(); }

double slope(double q, const Tensor& x) {
  const double y = result(q, x);
  return sum(weights(q, x) * x * x).item() - y * y;
}

double query_for(double wanted, const Tensor& x) {
  double low = -50, high = 50;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (result(middle, x) < wanted ? low : high) = middle;
  }
  return low;
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

/// The listing's function.
Tensor attention_weights(const Tensor& query, const Tensor& key) {
  const Tensor e = exp(matmul(query, key));
  return e / sum(e);
}

TEST_CASE("answer 1: a similarity of 800 overflows") {
  check_equal("700", attention_weights(tensor({700}), tensor({1})).item(), 1);
  check_true("800", std::isnan(attention_weights(tensor({800}), tensor({1})).item()), "be nan");
  check_true("-800", std::isnan(attention_weights(tensor({-800}), tensor({1})).item()), "be nan");
}

TEST_CASE("answer 2: keys from 5 to 1") { check_equal("query -1", sum(softmax(-1 * tensor({5, 4, 3, 2, 1})) * x).item(), 4.451942, 1e-6); }

TEST_CASE("answer 3: 10 more") {
  check_equal("weights", weights(1, x + 10), weights(1, x));
  check_equal("y", result(1, x + 10), 14.451942, 1e-6);
}

TEST_CASE("answer 4: twice x") {
  check_equal("y", result(1, 2 * x), 9.687418, 1e-6);
  check_equal("is twice the result of query 2", result(1, 2 * x), 2 * result(2, x), 1e-9);
}

TEST_CASE("answer 5: the steepest place") {
  check_equal("at 0", slope(0, x), 2, 1e-9);
  check_equal("at 0.1", slope(0.1, x), 1.974, 2e-4);
}
