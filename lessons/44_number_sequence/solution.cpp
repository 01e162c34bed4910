#include "../exercise.h"

Tensor weights_of(double q, const Tensor& k) {
  const Tensor e = exp(q * k);
  return e / sum(e);
}

Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v) {
  Tensor y = zeros(q.shape());
  for (Index i = 0; i < q.size(0); ++i) y.set({i}, sum(weights_of(q.at({i}), k) * v).item());
  return y;
}

Tensor attend_without(const Tensor& q, const Tensor& k, const Tensor& v, const std::vector<bool>& hidden) {
  Tensor y = zeros(q.shape());
  for (Index i = 0; i < q.size(0); ++i) {
    Tensor scores = q.at({i}) * k;
    for (Index j = 0; j < k.size(0); ++j)
      if (hidden[static_cast<std::size_t>(j)]) scores.set({j}, -infinity);
    y.set({i}, sum(softmax(scores) * v).item());
  }
  return y;
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: W_q = 0") { check_equal("y", attend(0 * X, X, X), full({5}, 3)); }

TEST_CASE("answer 2: W_q = -0.5 turns row 1 round") { check_equal("row 1", weights_of(-0.5, X), flip(weights_of(0.5, X), 0)); }

TEST_CASE("answer 3: 10 in place of 5") {
  const Tensor x = tensor({1, 2, 3, 4, 10});
  check_equal("row 1, what is left for the others", 1 - weights_of(0.5, x).at({4}), 0.098619, 1e-5);
  check_equal("row 2", 1 - weights_of(1, x).at({4}), 0.0039, 1e-4);
  check_true("the other rows together", 1 - weights_of(1.5, x).at({4}) < 2e-4, "leave less than 0.0002");
}

TEST_CASE("answer 4: position 5 hidden") {
  check_equal("y", attend_without(0.5 * X, X, X, {false, false, false, false, true}), tensor({3.0846, 3.4927, 3.7227, 3.8448, 3.9108}),
              1e-4);
}

TEST_CASE("answer 5: equal keys and queries") { check_equal("a", weights_of(0.7, full({5}, 2)), softmax(full({5}, 0.7) * full({5}, 2))); }
