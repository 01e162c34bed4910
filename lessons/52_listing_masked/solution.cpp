#include "../exercise.h"

Mask future(Index n) {
  std::vector<std::uint8_t> marks;
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) marks.push_back(j > i);
  return Mask({n, n}, marks);
}

Tensor hide(const Tensor& scores, const Mask& mask) {
  Tensor result = scores.clone();
  for (Index i = 0; i < scores.size(0); ++i)
    for (Index j = 0; j < scores.size(1); ++j)
      if (mask.hidden[static_cast<std::size_t>(i * scores.size(1) + j)]) result.set({i, j}, -infinity);
  return result;
}

Tensor weights(const Tensor& scores) {
  Tensor result = zeros(scores.shape());
  for (Index i = 0; i < scores.size(0); ++i) {
    double largest = -infinity, total = 0;
    for (Index j = 0; j < scores.size(1); ++j) largest = std::max(largest, static_cast<double>(scores.at({i, j})));
    if (largest == -infinity) continue;  // nothing to look at
    for (Index j = 0; j < scores.size(1); ++j) total += std::exp(scores.at({i, j}) - largest);
    for (Index j = 0; j < scores.size(1); ++j) result.set({i, j}, std::exp(scores.at({i, j}) - largest) / total);
  }
  return result;
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: scores times the mask") {
  check_equal("5, 9, hidden", weights(tensor({{5, 9, 0}})), tensor({{0.0180, 0.9819, 0.0001}}));
  check_equal("-5, -9, hidden", select(weights(tensor({{-5, -9, 0}})), 1, 2), tensor({0.9932}));
}

TEST_CASE("answer 2: weights set to 0 after softmax") {
  const Tensor after = select(weights(scores), 0, 0);
  check_equal("the rest", after.at({0}) + after.at({1}), 0.0068);
}

TEST_CASE("answer 3: where 5 and 14 become the same number") {
  check_true("10^8 in float", 5 - 1e8f != 14 - 1e8f, "keep them apart");
  check_true("10^9 in float", 5 - 1e9f == 14 - 1e9f, "round both to the same");
  check_true("10^17 in double", 5 - 1e17 != 14 - 1e17, "keep them apart");
  check_true("10^18 in double", 5 - 1e18 == 14 - 1e18, "round both to the same");
}

TEST_CASE("answer 4: padding and future") {
  const Mask both = Mask({0, 0, 1}) | future(3);
  check_equal("weights", weights(hide(scores, both)), tensor({{1, 0, 0}, {0.0067, 0.9933, 0}, {0.0025, 0.9975, 0}}));
}

TEST_CASE("answer 5: the first key hidden") {
  check_equal("weights", weights(hide(scores, Mask({1, 0, 0}) | future(3))), tensor({{0, 0, 0}, {0, 1, 0}, {0, 0.0001, 0.9999}}));
}
