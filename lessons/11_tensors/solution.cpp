#include "../exercise.h"

Shape shape_of_sum(const Shape& a, const Shape& b) {
  const Index rank = std::max(a.rank(), b.rank());
  std::vector<Index> sizes(rank);
  for (Index axis = 1; axis <= rank; ++axis) {  // counted from the right end
    const Index in_a = axis <= a.rank() ? a[-axis] : 1, in_b = axis <= b.rank() ? b[-axis] : 1;
    sizes[rank - axis] = std::max(in_a, in_b);
  }
  return Shape(sizes);
}

Tensor product(const Tensor& A, const Tensor& B) {
  Tensor C = zeros({A.size(0), B.size(1)});
  for (Index i = 0; i < A.size(0); ++i)
    for (Index j = 0; j < B.size(1); ++j) {
      double total = 0;
      for (Index k = 0; k < A.size(1); ++k) total += A.at({i, k}) * B.at({k, j});
      C.set({i, j}, total);
    }
  return C;
}

Tensor weights_of(const Tensor& scores) { return exp(scores) / sum(exp(scores), 1, true); }

Tensor attention(const Tensor& Q, const Tensor& K, const Tensor& V) {
  const Tensor scores = matmul(Q, transpose(K)) / std::sqrt(static_cast<double>(Q.size(1)));
  return matmul(weights_of(scores), V);
}

#include "exercise_checks.h"

// ---- What the page's answers say

TEST_CASE("answer 1: shapes") {
  check_equal("(4, 1, 3) + (2, 1)", (zeros({4, 1, 3}) + zeros({2, 1})).shape().text(), "(4, 2, 3)");
  check_equal("the sum over axis 1", sum(zeros({2, 3, 5}), 1).shape().text(), "(2, 5)");
  check_equal("(7, 2, 3) @ (3, 4)", matmul(zeros({7, 2, 3}), zeros({3, 4})).shape().text(), "(7, 2, 4)");
  check_equal("(3,) @ (3, 4)", matmul(zeros({3}), zeros({3, 4})).shape().text(), "(4,)");
}

TEST_CASE("answer 2: means of rows") {
  CHECK_THROWS_AS(X - mean(X, 1), Error);
  const Tensor square = tensor({{1, 3}, {10, 30}});
  check_equal("without keepdim", square - mean(square, 1), tensor({{-1, -17}, {8, 10}}));
  check_equal("with keepdim", square - mean(square, 1, true), tensor({{-1, 1}, {-10, 10}}));
}

TEST_CASE("answer 3: 100 K") {
  const Tensor scores = matmul(Q, transpose(100 * K)) / std::sqrt(2.0);
  check_equal("scores", select(scores, 0, 0), tensor({141.42, 0, 70.71}));
  check_equal("weights", softmax(scores), tensor({{1, 0, 0}, {0, 1, 0}}));
  check_equal("the second largest", 1e31 * softmax(scores).at({0, 2}), 2.0, 0.1);
}

TEST_CASE("answer 5: K with four equal numbers") {
  const Tensor special = tensor({{7, 3}, {3, 3}, {3, -2}});
  check_equal("reshape and transpose", reshape(special, {2, 3}), transpose(special));
}
