#include "../exercise.h"

#include "counting.h"

Tensor multiply(const Tensor& A, const Tensor& B, Index& count) {
  Tensor C = zeros({A.size(0), B.size(1)});
  for (Index i = 0; i < A.size(0); ++i)
    for (Index j = 0; j < B.size(1); ++j)
      for (Index r = 0; r < A.size(1); ++r, ++count) C.set({i, j}, C.at({i, j}) + A.at({i, r}) * B.at({r, j}));
  return C;
}

double exponent(const std::vector<double>& x, const std::vector<double>& y) {
  const double n = static_cast<double>(x.size());
  double u = 0, w = 0, above = 0, below = 0;
  for (std::size_t i = 0; i < x.size(); ++i) u += std::log(x[i]) / n, w += std::log(y[i]) / n;
  for (std::size_t i = 0; i < x.size(); ++i) {
    above += (std::log(x[i]) - u) * (std::log(y[i]) - w);
    below += (std::log(x[i]) - u) * (std::log(x[i]) - u);
  }
  return above / below;
}

Tensor window_attention(const Tensor& Q, const Tensor& K, const Tensor& V, Index window, Index& count) {
  const Index n = Q.size(0);
  const double scale = 1 / std::sqrt(static_cast<double>(Q.size(1)));
  Tensors rows;
  for (Index i = 0; i < n; ++i) {
    const Index first = std::max<Index>(0, i - window), last = std::min(n, i + window + 1);
    const Tensor alpha = softmax(multiply(slice(Q, 0, i, i + 1), transpose(slice(K, 0, first, last)), count) * scale);
    rows.push_back(multiply(alpha, slice(V, 0, first, last), count));
  }
  return concat(rows, 0);
}

Tensor without_softmax(const Tensor& Q, const Tensor& K, const Tensor& V, Index& count) {
  return multiply(Q, multiply(transpose(K), V, count), count);
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

const std::vector<double> lengths{64, 128, 256, 512};

/// The exponent of a count over these lengths.
template <class Count>
double exponent_of(const Count& count) {
  std::vector<double> counts;
  for (double n : lengths) counts.push_back(static_cast<double>(count(static_cast<Index>(n))));
  return exponent(lengths, counts);
}

TEST_CASE("answer 1: additive attention") {
  check_equal("exponent", exponent_of([](Index n) { return n * n * 16 + n * n * 64; }), 2);
}

TEST_CASE("answer 2: the causal half") {
  for (double n : lengths) check_true("pairs that are seen, of all", std::abs((n * n + n) / 2 / (n * n) - 0.5) < 0.01, "be about a half");
  check_equal("exponent", exponent_of([](Index n) { return (n * n + n) / 2; }), 2, 0.01);
}

TEST_CASE("answer 3: a window of n / 8 on either side") {
  const auto pairs = [](Index n) {
    Rng rng(0);
    const Tensor x = randn({n, 4}, rng);
    Index count = 0;
    local_attention(x, x, x, n / 8, false, count);
    return count;
  };
  check_equal("exponent", exponent_of(pairs), 1.98, 0.01);
}

TEST_CASE("answer 4: token after token") {
  const auto from_the_start = [](Index n) {
    Index count = 0;
    for (Index t = 1; t <= n; ++t) count += 2 * t * t * 64;
    return count;
  };
  const auto with_kept_keys = [](Index n) {
    Index count = 0;
    for (Index t = 1; t <= n; ++t) count += 2 * t * 64;
    return count;
  };
  check_equal("from the start", exponent_of(from_the_start), 3, 0.01);
  check_equal("with kept keys and values", exponent_of(with_kept_keys), 2, 0.01);
}

TEST_CASE("answer 5: pairs against projections and feed-forward") {
  const Index d = 64, n = 6 * d;
  check_equal("at n = 6 d", static_cast<double>(2 * n * n * d), static_cast<double>(4 * n * d * d + 8 * n * d * d));
}
