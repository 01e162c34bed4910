#include "../exercise.h"

#include "noise.h"

Tensor waves(Index width) {
  const Index bins = width / 2 + 1;
  Tensor result = zeros({2 * bins, width});
  for (Index k = 0; k < bins; ++k)
    for (Index n = 0; n < width; ++n) {
      const double angle = 2 * 3.14159265358979 * static_cast<double>(k * n) / static_cast<double>(width);
      result.set({k, n}, std::cos(angle));
      result.set({bins + k, n}, std::sin(angle));
    }
  return result;
}

Tensor scores(const Tensor& h, const Tensor& memory, const Tensor& f, const Tensor& W1, const Tensor& W2, const Tensor& W3,
              const Tensor& v) {
  return matmul(tanh(linear(h, W1) + linear(memory, W2) + linear(f, W3)), v);
}

double best_weight(double C_clean, double S_clean, double C_noisy, double S_noisy) {
  return std::clamp((C_clean * C_noisy + S_clean * S_noisy) / (C_noisy * C_noisy + S_noisy * S_noisy), 0.0, 1.0);
}

Index edits(const std::vector<Index>& a, const std::vector<Index>& b) {
  if (a.empty()) return static_cast<Index>(b.size());
  if (b.empty()) return static_cast<Index>(a.size());
  const std::vector<Index> rest_a(a.begin() + 1, a.end()), rest_b(b.begin() + 1, b.end());
  if (a[0] == b[0]) return edits(rest_a, rest_b);
  return 1 + std::min({edits(rest_a, rest_b), edits(rest_a, b), edits(a, rest_b)});
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: eight equal samples") {
  const Tensor of_ones = matmul(waves(8), ones({8}));
  check_equal("C_0", of_ones.at({0}), 8);
  check_equal("the rest", slice(of_ones, 0, 1, 10), zeros({9}));
}

TEST_CASE("answer 2: twice as loud") {
  check_equal("log 4", std::log(4.0), 1.386, 1e-3);
  const datasets::LogMel log_mel(hertz, bands, 60, 3800, 1e-9);
  Rng rng(1);
  const Tensor x = randn({4000}, rng);
  const Tensor more = log_mel({2 * x, hertz}) - log_mel({x, hertz});
  check_equal("every band of every full frame", slice(more, 0, 2, 49), full({47, bands}, std::log(4.0)), 1e-3);
}

TEST_CASE("answer 3: 3,000 Hz, measured 4,000 times a second") {
  for (Index n = 0; n < 100; ++n) {
    const double t = static_cast<double>(n) / 4000, pi = 3.14159265358979;
    check_equal("the sample", std::cos(2 * pi * 3000 * t), std::cos(2 * pi * 1000 * t), 1e-9);
  }
}

TEST_CASE("answer 4: noise that a mask can take away, and noise that it cannot") {
  const auto mask = [](double clean_c, double clean_s, double noise_c, double noise_s) {
    const Tensor clean = tensor({{clean_c, clean_s}}), noise = tensor({{noise_c, noise_s}});
    return best_mask({Tensor(), Tensor(), clean, clean + noise}).item();
  };
  check_equal("the same phase", mask(1, 0, 1, 0), 0.5);
  check_equal("a quarter of a wave away", mask(1, 0, 0, 1), 0.5);
  check_equal("opposite", mask(1, 0, -3, 0), 0);
}

TEST_CASE("answer 5: two mistakes in three digits") {
  check_equal("edits", static_cast<double>(edits({1, 2, 3}, {2, 3, 4})), 2);
  for (const auto& [a, b] : std::vector<std::pair<std::vector<Index>, std::vector<Index>>>{
           {{1, 2, 3}, {2, 3, 4}}, {{}, {5}}, {{5, 5, 1}, {1, 5}}, {{9, 8, 7, 6}, {6, 7, 8}}})
    check_equal("the table and the recursion", static_cast<double>(edit_distance(a, b)), static_cast<double>(edits(a, b)));
}
