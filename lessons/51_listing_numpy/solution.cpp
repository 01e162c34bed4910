#include "../exercise.h"

Tensor row_softmax(const Tensor& scores) {
  const Tensor e = exp(scores - max(scores, 1, true));
  return e / sum(e, 1, true);
}

Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v) { return matmul(row_softmax(matmul(q, transpose(k))), v); }

double distance_from_a_mean(const Tensor& weights) { return max(abs(matmul(weights, ones({weights.size(1), 1})) - 1)).item(); }

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: 100 more in V") {
  check_equal("right", attention(q, K, V + 100), attention(q, K, V) + 100, 1e-9);
  const Tensor turned = matmul(transpose(softmax(matmul(q, transpose(K)))), V + 100);
  check_equal("transposed, first column", select(turned, 1, 0), tensor({0.013047, 0.782691, 308.204262}), 1e-5);
}

TEST_CASE("answer 2: K and V turned") {
  const Tensor scores = matmul(tensor({{1, 2, 3}, {4, 5, 6}}), K);
  check_equal("scores", scores, tensor({{9, 14}, {21, 32}}));
}

TEST_CASE("answer 3: equal weights") {
  check_equal("q = (0, 0)", row_softmax(matmul(tensor({{0, 0}}), transpose(K))), full({1, 3}, 1.0 / 3));
}

TEST_CASE("answer 4: scores times -1") {
  check_equal("the outputs", matmul(row_softmax(-1 * matmul(q, transpose(K))), V), expand(tensor({1, 2}), {3, 2}), 0.02);
}
