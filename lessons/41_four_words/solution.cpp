#include "../exercise.h"

Tensor project(const Tensor& X, const Tensor& W) { return matmul(X, transpose(W)); }

Tensor scores(const Tensor& Q, const Tensor& K) { return matmul(Q, transpose(K)) / std::sqrt(static_cast<double>(Q.size(1))); }

Tensor weights(const Tensor& S) {
  const Tensor e = exp(S);
  return e / sum(e, 1, true);
}

double moved(const Tensor& alpha, const Tensor& V, Index i, Index j) {
  const Tensor z = matmul(select(alpha, 0, i), V);
  const double a = alpha.at({i, j});
  return norm(select(V, 0, j) - z).item() * a / (1 - a);
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

Tensor softmax_of(const Tensor& Q, const Tensor& K) { return softmax(matmul(Q, transpose(K)) / std::sqrt(2.0)); }

TEST_CASE("answer 1: the row of the first word") {
  check_equal("z", select(matmul(weights(scores(Q, K)), V), 0, 0), tensor({0.0585, 0.7137}));
}

TEST_CASE("answer 2: two equal keys") {
  Tensor same = K.clone();
  for (Index d = 0; d < 2; ++d) same.set({3, d}, K.at({2, d}));
  const Tensor alpha = softmax_of(Q, same);
  check_equal("columns", select(alpha, 1, 2), select(alpha, 1, 3));
  for (Index i = 0; i < 4; ++i)
    for (Index j = 0; j < i; ++j) check_true("two rows", norm(select(alpha, 0, i) - select(alpha, 0, j)).item() > 0.01, "differ");
}

TEST_CASE("answer 3: without the square root") {
  check_equal("the row of the third word", select(softmax(matmul(Q, transpose(K))), 0, 2), tensor({0.0038, 0.0107, 0.3985, 0.5870}), 1e-4);
  const Tensor before = max(softmax_of(Q, K), 1), after = max(softmax(matmul(Q, transpose(K))), 1);
  for (Index i = 0; i < 4; ++i) check_true("the largest weight of a row", after.at({i}) > before.at({i}), "grow");
}

TEST_CASE("answer 4: a larger value of the first word moves every output") {
  Tensor large = V.clone();
  for (Index d = 0; d < 2; ++d) large.set({0, d}, 100 * V.at({0, d}));
  const Tensor moved_by = norm(matmul(softmax_of(Q, K), large - V), 1);
  for (Index i = 0; i < 4; ++i) check_true("every output", moved_by.at({i}) > 0.1, "move");
}

TEST_CASE("answer 5: equal values") {
  check_equal("Z", matmul(softmax_of(Q, K), expand(tensor({1, 2}), {4, 2})), expand(tensor({1, 2}), {4, 2}));
}
