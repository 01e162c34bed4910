#include "../exercise.h"

#include "crowd.h"

double mean_right(Index n) { return std::erfc(-1 / std::sqrt(n - 1.0) / std::sqrt(2.0)) / 2; }

Tensor weights_of(const Tensor& keys, const Tensor& w) { return softmax(matmul(keys, w)); }

double listen(const Tensor& keys, const Tensor& values, const Tensor& w) { return sum(weights_of(keys, w) * values).item(); }

Tensor probabilities(const Tensor& keys, const Tensor& u, double mark) {
  const Tensor from_mark = keys - mark * u;
  const Tensor quotient = exp((sum(keys * keys, 1) - sum(from_mark * from_mark, 1)) / 2);
  return quotient / sum(quotient);
}

#include "exercise_checks.h"

// ---- What the page's answers say

TEST_CASE("answer 1: 60 in a hundred") {
  check_equal("n = 16", mean_right(16), 0.6019);
  check_equal("n = 17", mean_right(17), 0.5987);
}

TEST_CASE("answer 2: five times the best w") {
  Rng rng(0);
  const Crowd crowd = some_crowd(4, rng);
  const std::vector<Measured> few = measure(crowd, {4 * crowd.u, 20 * crowd.u}, 16, 20000, rng);
  const std::vector<Measured> many = measure(crowd, {4 * crowd.u, 20 * crowd.u}, 1024, 2000, rng);
  check_equal("the error of 4 u among 16", few[0].error, 0.036, 0.003);
  check_equal("the error of 20 u among 16", few[1].error, 0.043, 0.003);
  check_equal("the error of 4 u among 1,024", many[0].error, 0.35, 0.03);
  check_equal("the error of 20 u among 1,024", many[1].error, 0.46, 0.03);
  check_true("the sign", few[1].right < few[0].right + 0.002 && many[1].right < many[0].right, "not be right more often with 20 u");
}

TEST_CASE("answer 3: two that say the same") {
  Rng rng(0);
  const Crowd crowd = some_crowd(4, rng);
  const Index n = 18;
  double first = 0, both = 0, agreement = 0, squares = 0;
  for (int i = 0; i < 4000; ++i) {
    Crowd::Batch batch = crowd.draw(1, n, rng);
    const Index second = (batch.place[0] + 1) % n;
    batch.values.set({0, second}, batch.s.at({0}));
    for (Index d = 0; d < width; ++d) batch.keys.set({0, second, d}, batch.keys.at({0, second, d}) + 4 * crowd.u.at({d}));
    const Tensor alpha = weights(batch.keys, 4 * crowd.u);
    first += alpha.at({0, batch.place[0]}) / 4000;
    both += (alpha.at({0, batch.place[0]}) + alpha.at({0, second})) / 4000;
    const double mean_heard = (batch.s * mean(batch.values, 1)).item();
    agreement += mean_heard / 4000;
    squares += mean_heard * mean_heard / 4000;
  }
  check_equal("the weight of one of them", first, 0.5, 0.02);
  check_equal("of both", both, 0.98, 0.01);
  check_equal("signal to noise of the mean: 2 / sqrt(n - 2)", agreement / std::sqrt(squares - agreement * agreement), 0.5, 0.03);
}

TEST_CASE("answer 4: crowds of 2") {
  std::vector<double> cosines, lengths, rights;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Rng rng(seed);
    const Crowd crowd = some_crowd(4, rng);
    const Tensor w = learn(crowd, 2, 1000, rng);
    lengths.push_back(std::sqrt(sum(w * w).item()));
    cosines.push_back(sum(w * crowd.u).item() / lengths.back());
    const std::vector<Measured> m = measure(crowd, {w}, 1024, 200, rng);
    rights.push_back(m[0].right);
  }
  std::sort(cosines.begin(), cosines.end());
  std::sort(lengths.begin(), lengths.end());
  std::sort(rights.begin(), rights.end());
  check_true("the direction", cosines.front() > 0.99, "be u's for all ten seeds: a cosine above 0.99");
  check_true("the length", lengths.front() < 3.6 && lengths.back() > 4.8, "differ: from 3.4 to 5.7");
  check_equal("right among 1,024, the median", (rights[4] + rights[5]) / 2, 0.90, 0.02);
}

TEST_CASE("answer 5: minus 4 u") {
  Rng rng(0);
  const Crowd crowd = some_crowd(-4, rng);
  const Tensor w = learn(crowd, 16, 600, rng);
  check_equal("the cosine of w and u", sum(w * crowd.u).item() / std::sqrt(sum(w * w).item()), -0.998, 0.003);
}
