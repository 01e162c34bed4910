#include "../exercise.h"

#include "recurrence.h"

Tensor step(const Tensor& x, const Tensor& h, const Tensor& W, const Tensor& U, const Tensor& b) {
  return tanh(matmul(W, x) + b + matmul(U, h));
}

Tensor chain(const Tensor& h, const Tensor& W, const Tensor& U) {
  Tensor product = W;
  for (Index t = 0; t < h.size(0); ++t) {
    const Tensor slope = 1 - pow(select(h, 0, t), 2);
    product = unsqueeze(slope, 1) * (t == 0 ? product : matmul(U, product));
  }
  return product;
}

Tensor clip(const Tensor& g, double max_norm) {
  const double length = std::sqrt(sum(g * g).item());
  return length > max_norm ? max_norm / length * g : g;
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: U = 0") {
  check_equal("h_3", step(select(x, 0, 2), tensor({0.5, -0.5, 0.9}), W, zeros({3, 3}), b), tensor({0.5915, -0.6858, -0.6107}));
}

TEST_CASE("answer 2: a diagonal U") {
  const CellWeights diagonal{eye(2), tensor({{0.9, 0}, {0, 0.5}}), zeros({2}), zeros({2})};
  const std::vector<double> g = reach(zeros({65, 2}), diagonal, Squash::none);
  for (Index k : {1, 4, 64}) check_equal("at k = " + std::to_string(k), g[k], std::sqrt((std::pow(0.81, k) + std::pow(0.25, k)) / 2));
  check_equal("at k = 1", g[1], 0.728, 1e-3);
  check_equal("at k = 4", g[4], 0.466, 1e-3);
  check_equal("a step, far back", per_step(g), 0.9);
}

TEST_CASE("answer 3: clipped to 0.1") {
  double u = 1.1;
  int steps = 0;
  for (; u > 1.01; ++steps) {
    const double g = 2 * (std::pow(u, 64) - 1) * 64 * std::pow(u, 63);
    u -= 0.01 * clip(tensor({g}), 0.1).item();
  }
  check_true("u", steps >= 89 && steps <= 91, "fall below 1.01 after about 90 steps of 0.001");
}

TEST_CASE("answer 4: orthogonal times 0.9 and 1.1") {
  for (double stretch : {0.9, 1.1}) {
    std::vector<double> reached;
    int good = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const Trained trained = train_to_recall(32, stretch, 200, seed);
      reached.push_back(trained.reached);
      good += trained.right > 0.9;
    }
    check_equal(stretch < 1 ? "log10 of the gradient, 0.9 Q" : "log10 of the gradient, 1.1 Q", std::log10(show::median(reached)),
                stretch < 1 ? -2.43 : -0.58, 0.02);
    check_true("of ten seeds", good >= 5, "learn distance 32 at least half");
  }
}
