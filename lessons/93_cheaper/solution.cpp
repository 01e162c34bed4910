#include "../exercise.h"

struct Sparse {
  std::vector<Index> start, column;
  std::vector<double> value;
};

Sparse sparse(const Tensor& A) {
  Sparse S{{0}, {}, {}};
  for (Index i = 0; i < A.size(0); ++i) {
    for (Index j = 0; j < A.size(1); ++j)
      if (A.at({i, j}) != 0) S.column.push_back(j), S.value.push_back(A.at({i, j}));
    S.start.push_back(static_cast<Index>(S.value.size()));
  }
  return S;
}

Tensor product(const Sparse& S, const Tensor& V, Index& count) {
  const Index rows = static_cast<Index>(S.start.size()) - 1;
  Tensor result = zeros({rows, V.size(1)});
  for (Index i = 0; i < rows; ++i)
    for (Index e = S.start[i]; e < S.start[i + 1]; ++e)
      for (Index c = 0; c < V.size(1); ++c, ++count) result.set({i, c}, result.at({i, c}) + S.value[e] * V.at({S.column[e], c}));
  return result;
}

Index pairs_of_window(Index n, Index w) {
  Index pairs = 0;
  for (Index i = 0; i < n; ++i) pairs += std::min(n - 1, i + w) - std::max<Index>(0, i - w) + 1;
  return pairs;
}

Tensor shared_heads(const Tensor& q, const Tensor& k, const Tensor& v, Index heads) {
  Tensors found;
  for (const Tensor& q_i : chunk(q, heads, 1)) found.push_back(scaled_dot_product_attention(q_i, k, v).output);
  return concat(found, 1);
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: bytes of a sparse matrix") {
  const double n = 512, dense = n * n * 4;  // a number of 4 bytes; kept: 4 bytes and a column of 8
  check_equal("a third of the numbers kept", n * n / 3 * 12, dense);
  check_equal("5 % kept, of the dense bytes", 0.05 * n * n * 12 / dense, 0.15);
}

TEST_CASE("answer 2: the window's pairs") {
  check_equal("pairs", static_cast<double>(pairs_of_window(512, 16)), 16624);
  check_equal("in pieces", 47104 / 16624.0, 2.83, 1e-2);
  check_equal("all", 512.0 * 512 / 16624, 15.8, 1e-2);
}

TEST_CASE("answer 3: an LSTM is cheaper from n = 2 d on") {
  const auto self_attention = [](double n) { return 4 * n * 64 * 64 + 2 * n * n * 64; };
  const auto lstm = [](double n) { return 8 * n * 64 * 64; };
  check_equal("n = 128", self_attention(128), lstm(128));
  check_equal("n = 4,096", self_attention(4096) / lstm(4096), 16.5);
}

TEST_CASE("answer 4: scores with W_q = W_k") {
  Rng rng(93);
  const Tensor X = randn({5, 4}, rng), W = randn({4, 4}, rng), q = linear(X, W), scores = matmul(q, transpose(q));
  check_equal("the scores and their transpose", scores, transpose(scores));
  bool own_is_largest = true;  // for rows of equal length
  const Tensor unit = q / norm(q, 1, true), alike = matmul(unit, transpose(unit));
  for (Index i = 0; i < 5; ++i) own_is_largest = own_is_largest && argmax(alike[i]).values[0] == i;
  check_true("each token", own_is_largest, "fit itself best");
}
