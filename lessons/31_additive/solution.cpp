#include "../exercise.h"

#include "dictionary.h"

double score(const Tensor& q, const Tensor& k, const Tensor& W1, const Tensor& W2, const Tensor& v) {
  double e = 0;
  for (Index i = 0; i < v.size(0); ++i) {
    double sum = 0;
    for (Index d = 0; d < q.size(0); ++d) sum += W1.at({i, d}) * q.at({d});
    for (Index d = 0; d < k.size(0); ++d) sum += W2.at({i, d}) * k.at({d});
    e += v.at({i}) * std::tanh(sum);
  }
  return e;
}

Tensor scores(const Tensor& queries, const Tensor& keys, const Tensor& W1, const Tensor& W2, const Tensor& v) {
  Tensor sum = unsqueeze(linear(queries, W1), 1) + linear(keys, W2);  // (n, m, h)
  return matmul(tanh(sum), v);
}

Tensor attend(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& W1, const Tensor& W2, const Tensor& v) {
  return matmul(softmax(scores(queries, keys, W1, W2, v)), values);
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: v = 0") { check_equal("alpha", softmax(scores(two_queries, keys, W1, W2, 0 * v)), full({2, 3}, 1.0 / 3)); }

TEST_CASE("answer 2: 10 v and 1000 v") {
  const Tensor e = scores(unsqueeze(q, 0), keys, W1, W2, v);
  check_equal("alpha with 10 v", softmax(10 * e), tensor({{2.276e-6, 0.99996, 3.948e-5}}));
  check_true("alpha with 1000 v", softmax(1000 * e).at({0, 1}) == 1, "be 1 for 'cat', and 0 for the others, to the last digit");
}

TEST_CASE("answer 3: one hidden number") {
  std::vector<double> errors;
  for (std::uint64_t seed = 0; seed < 10; ++seed) errors.push_back(learn(seed, 3000, 1).after.error);
  std::sort(errors.begin(), errors.end());
  check_equal("the median of ten seeds", (errors[4] + errors[5]) / 2, 0.51, 0.02);
  check_true("all ten", errors.front() > 0.45 && errors.back() < 0.57, "lie between 0.45 and 0.57");
}

TEST_CASE("answer 4: relu") {
  const Tensor sum = unsqueeze(linear(two_queries, W1), 1) + linear(keys, W2);
  check_equal("alpha", softmax(matmul(relu(sum), v)), tensor({{0.0910, 0.7549, 0.1541}, {0.2355, 0.5016, 0.2629}}));
}

TEST_CASE("answer 5: multiplications") {
  const Index width_q = q.size(0), width_k = keys.size(1), hidden = v.size(0);
  check_equal("a score, all by itself", static_cast<double>(hidden * (width_q + width_k) + hidden), 24);
}
