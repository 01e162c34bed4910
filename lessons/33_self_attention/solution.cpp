#include "../exercise.h"

Tensor project(const Tensor& W, const Tensor& x) {
  Tensor y = zeros({W.size(0)});
  for (Index o = 0; o < W.size(0); ++o) {
    double total = 0;
    for (Index i = 0; i < W.size(1); ++i) total += W.at({o, i}) * x.at({i});
    y.set({o}, total);
  }
  return y;
}

Attended self_attention(const Tensor& X, const Tensor& W_q, const Tensor& W_k, const Tensor& W_v) {
  Tensor Q = linear(X, W_q), K = linear(X, W_k), V = linear(X, W_v);
  Tensor alpha = softmax(matmul(Q, transpose(K)) / std::sqrt(static_cast<double>(W_q.size(0))));
  return {matmul(alpha, V), alpha};
}

Tensor reordered(const Tensor& X, const std::vector<Index>& order) {
  Tensors rows;
  for (Index i : order) rows.push_back(select(X, 0, i));
  return stack(rows);
}

double dependence(const Tensor& X, const Tensor& W_q, const Tensor& W_k, const Tensor& W_v, Index t, Index j) {
  double squares = 0;
  for (Index i = 0; i < W_v.size(0); ++i) {
    Tensor input = X.clone().requires_grad(true);
    select(select(self_attention(input, W_q, W_k, W_v).output, 0, t), 0, i).backward();
    Tensor g = select(input.grad(), 0, j);
    squares += sum(g * g).item();
  }
  return std::sqrt(squares);
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: the row of 我") {
  const Tensor S = matmul(linear(X, W_q), transpose(linear(X, W_k))) / std::sqrt(2.0);
  const Tensor e = exp(select(S, 0, 0));
  check_equal("exp of the scores", e, tensor({0.8698, 1.7222, 1.4193, 0.4303}));
  check_equal("their sum", sum(e).item(), 4.4416);
  check_equal("alpha", e / sum(e), tensor({0.1958, 0.3878, 0.3195, 0.0969}));
}

TEST_CASE("answer 2: equal rows, and rows that differ") {
  const Tensor equal = self_attention(reordered(X, {2, 2, 2}), W_q, W_k, W_v).output;
  check_equal("z of equal rows", equal, reordered(linear(X, W_v), {2, 2, 2}));
  const Tensor u = tensor({{1, 0, 0}});  // the words differ in their first number
  const Tensor z = self_attention(tensor({{0, 5, 5}, {1, 5, 5}}), u, u, u).output;
  check_equal("z of (0, 5, 5) and (1, 5, 5)", z, tensor({{0.5}, {std::exp(1) / (1 + std::exp(1))}}));
}

TEST_CASE("answer 3: places added") {
  const Tensor places = tensor({{0.5, 0, 0}, {1, 0, 0}, {1.5, 0, 0}, {2, 0, 0}});
  const std::vector<Index> order{3, 0, 1, 2};
  const Tensor before = reordered(self_attention(X + places, W_q, W_k, W_v).output, order);
  const Tensor after = self_attention(reordered(X, order) + places, W_q, W_k, W_v).output;
  check_equal("the largest difference", max(abs(before - after)).item(), 0.8952);
}

TEST_CASE("answer 4: a W_v with one entry") {
  const Tensor one = tensor({{0, 0, 1}, {0, 0, 0}});
  check_equal("z", self_attention(X, W_q, W_k, one).output, tensor({{0.1383, 0}, {0.7240, 0}, {1.0666, 0}, {0.7520, 0}}));
}

TEST_CASE("answer 5: W_k = -W_q") {
  const Tensor alpha = self_attention(X, W_q, -W_q, W_v).weights;
  check_true("the smallest weights", argmax(-alpha).values == std::vector<Index>({0, 2, 2, 2}), "lie on 我, 吃, 吃, 吃");
}
