#include "../exercise.h"

double weight_of_a_match(double s, double m, double n) { return std::exp(s) / (m * std::exp(s) + n - m); }

struct QueriesAndKeys {
  Tensor Q, K;
};
QueriesAndKeys before(Index n, double s) { return {s * eye(n), concat({slice(eye(n), 0, 1, n), zeros({1, n})}, 0)}; }

Tensor places(const Tensor& alpha) {
  Tensor count = zeros({alpha.size(0)});
  for (Index i = 0; i < alpha.size(0); ++i) {
    double H = 0;
    for (Index j = 0; j < alpha.size(1); ++j)
      if (alpha.at({i, j}) > 0) H -= alpha.at({i, j}) * std::log(alpha.at({i, j}));
    count.set({i}, std::exp(H));
  }
  return count;
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

Tensor map_of(const Tensor& Q, const Tensor& K) { return softmax(matmul(Q, transpose(K))); }

TEST_CASE("answer 1: the word after") {
  const Tensor one = eye(5), K = concat({zeros({1, 5}), slice(one, 0, 0, 4)}, 0), map = map_of(30 * one, K);
  check_equal("the map", map, concat({slice(one, 0, 1, 5), full({1, 5}, 0.2)}, 0));
}

TEST_CASE("answer 2: everyone looks at bird, bird at itself and red") {
  const Tensor Q = 30 * tensor({{0, 1}, {0, 1}, {0, 1}, {0, 1}, {1, 1}}), K = tensor({{0, 0}, {0, 0}, {0, 0}, {1, 0}, {0, 1}});
  check_equal("the map", map_of(Q, K), tensor({{0, 0, 0, 0, 1}, {0, 0, 0, 0, 1}, {0, 0, 0, 0, 1}, {0, 0, 0, 0, 1}, {0, 0, 0, 0.5, 0.5}}));
}

TEST_CASE("answer 3: a key for those who have none") {
  check_equal("the weight of the sixth key", weight_of_a_match(8, 1, 6), 0.9983, 1e-4);
}

TEST_CASE("answer 4: two counts of places") {
  const double count[] = {4.5490, 3.4132, 3.0060}, other[] = {4.2670, 3.1972, 3.0013};
  const double scores[] = {1, 3, 8};
  for (int i = 0; i < 3; ++i) {
    const double a = weight_of_a_match(scores[i], 3, 5), b = (1 - 3 * a) / 2;
    check_equal("exp(H) at s = " + std::to_string(scores[i]), places(tensor({{b, b, a, a, a}})).item(), count[i]);
    check_equal("1 / sum alpha^2 at s = " + std::to_string(scores[i]), 1 / (3 * a * a + 2 * b * b), other[i]);
  }
}

TEST_CASE("answer 5: a fifth key in the middle") {
  const Tensor K = tensor({{1, 1}, {1, -1}, {-1, 1}, {-1, -1}, {0, 0}}), bias = tensor({0, 0, 0, 0, 1});
  auto winner = [&](double x, double y) { return argmax(matmul(K, tensor({x, y})) + bias).values[0]; };
  check_true("the fifth key", winner(0.4, -0.5) == 4 && winner(0.6, -0.5) != 4,
             "win where |x| + |y| is below the bias of 1, and only there");
}
