#include "../exercise.h"

#include <numeric>

Mask future(Index n) {
  Mask mask({n, n}, std::vector<std::uint8_t>(n * n));
  for (Index i = 0; i < n; ++i)
    for (Index j = i + 1; j < n; ++j) mask.hidden[i * n + j] = 1;
  return mask;
}

Mask neighbours_only(Index n) {
  Mask mask({n, n}, std::vector<std::uint8_t>(n * n));
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) mask.hidden[i * n + j] = std::abs(i - j) > 1;
  return mask;
}

Mask fillers(const std::vector<Index>& lengths, Index longest) {
  const Index sentences = static_cast<Index>(lengths.size());
  Mask mask({sentences, longest}, std::vector<std::uint8_t>(sentences * longest));
  for (Index b = 0; b < sentences; ++b)
    for (Index j = lengths[b]; j < longest; ++j) mask.hidden[b * longest + j] = 1;
  return mask;
}

Tensor weights(const Tensor& S, const Mask& mask) {
  const Index n = S.size(0), m = S.size(1);
  Tensor alpha = zeros({n, m});
  for (Index i = 0; i < n; ++i) {
    double largest = -infinity, total = 0;
    for (Index j = 0; j < m; ++j)
      if (!mask.hidden[i * m + j]) largest = std::max(largest, static_cast<double>(S.at({i, j})));
    for (Index j = 0; j < m; ++j)
      if (!mask.hidden[i * m + j]) total += std::exp(S.at({i, j}) - largest);
    for (Index j = 0; j < m; ++j)
      if (!mask.hidden[i * m + j]) alpha.set({i, j}, std::exp(S.at({i, j}) - largest) / total);
  }
  return alpha;
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: not oneself") {
  Mask self({{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}});
  const Tensor alpha = weights(S, self | causal);
  check_equal("the first two rows", slice(alpha, 0, 0, 2), tensor({{0, 0, 0, 0}, {1, 0, 0, 0}}));
}

TEST_CASE("answer 2: neighbours only") {
  for (Index n : {1, 2, 4, 100}) {
    const Mask mask = neighbours_only(n);
    const Index left = n * n - std::accumulate(mask.hidden.begin(), mask.hidden.end(), Index{0});
    check_equal("weights left of n n", static_cast<double>(left), static_cast<double>(3 * n - 2));
  }
}

TEST_CASE("answer 3: -10 for -inf") {
  const datasets::FourWords x = datasets::four_words();
  const auto output = [&](const Tensor& X) {
    Tensor scores = matmul(linear(X, x.W_q), transpose(linear(X, x.W_k))) / std::sqrt(2.0);
    return matmul(softmax(masked_fill(scores, causal, -10)), linear(X, x.W_v));
  };
  const Tensor other = concat({slice(x.X, 0, 0, 3), tensor({{-2, 3, 1}})}, 0);
  const Tensor change = max(abs(output(x.X) - output(other)), 1);
  check_equal("the change of the first three rows, times 1000", 1000 * slice(change, 0, 0, 3), tensor({0.2307, 0.1709, 0.0373}), 1e-3);
  check_true("all four", min(change).item() > 0, "change");
}

TEST_CASE("answer 4: dividing by the row sums") {
  const Tensor late = masked_fill(softmax(tensor({{0, 1, 200}})), Mask({{0, 0, 1}}), 0);
  check_equal("what is left beside a hidden score of 200", sum(late).item(), 0.0, 1e-40);
}

TEST_CASE("answer 5: large scores") {
  const Mask mask({{0, 0, 1}});
  check_equal("scores about 1e5", softmax(masked_fill(tensor({{1e5, 1e5, 1e5}}), mask, -1e9)), tensor({{0.5, 0.5, 0}}));
  check_equal("scores about -1e10", softmax(masked_fill(tensor({{-1e10, -1e10, -1e10}}), mask, -1e9)), tensor({{0, 0, 1}}));
}
