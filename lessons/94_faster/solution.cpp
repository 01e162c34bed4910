#include "../exercise.h"

Tensor skip(const Tensor& alpha, const Tensor& V, double least, Index& count) {
  Tensor sum = zeros({alpha.size(0), V.size(1)});
  for (Index i = 0; i < alpha.size(0); ++i)
    for (Index j = 0; j < alpha.size(1); ++j) {
      if (alpha.at({i, j}) < least) continue;
      for (Index c = 0; c < V.size(1); ++c, ++count) sum.set({i, c}, sum.at({i, c}) + alpha.at({i, j}) * V.at({j, c}));
    }
  return sum;
}

double share_left(Index queries, Index keys, Index d, Index used) {
  const double scores = static_cast<double>(queries * keys * d), sums = static_cast<double>(used * d);
  return (scores + sums) / (2 * scores);
}

Tensor force(const Tensor& W, double factor) {
  const Index d = W.size(0) / 3;
  return concat({factor * slice(W, 0, 0, d), slice(W, 0, d, 3 * d)}, 0);
}

Tensor one_query(const Tensor& x) {
  const Tensor q = mean(x, 0, true);
  return matmul(softmax(matmul(q, transpose(x)) / std::sqrt(static_cast<double>(x.size(1)))), x);
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: a query of (2, 0)") {
  const Tensor alpha = scaled_dot_product_attention(tensor({{2, 0}}), K, V).weights;
  check_equal("alpha", alpha, tensor({{0.7679, 0.1867, 0.0454}}));
  Index count = 0;
  skip(alpha, V, 0, count);
  check_equal("multiply-adds of its sum", static_cast<double>(count), 6);
}

TEST_CASE("answer 2: ten keys of a thousand") { check_equal("share left", share_left(1000, 1000, 64, 1000 * 10), 0.505); }

TEST_CASE("answer 3: projections and pairs of a text") {
  const double projections = 4.0 * 16 * 128 * 128, pairs = 2.0 * 16 * 16 * 128;
  check_equal("projections", projections, 1048576);
  check_equal("pairs", pairs, 65536);
  check_equal("share of the pairs", pairs / (projections + pairs), 0.059, 1e-3);
  check_equal("n where both are equal", 2.0 * 128, 256);
  check_equal("projections at n = 256", 4.0 * 256 * 128 * 128, 2.0 * 256 * 256 * 128);
}
