#include "../exercise.h"

#include "models.h"

using Edges = std::vector<std::pair<Index, Index>>;

Mask edge_mask(const Edges& edges, Index n) {
  Mask mask({n, n}, std::vector<std::uint8_t>(n * n, 1));
  for (Index i = 0; i < n; ++i) mask.hidden[i * n + i] = 0;
  for (const auto& [a, b] : edges) mask.hidden[a * n + b] = mask.hidden[b * n + a] = 0;
  return mask;
}

Tensor spread(const Tensor& h, const Mask& mask) {
  const Index n = h.size(0);
  return matmul(softmax(masked_fill(zeros({n, n}), mask, -infinity)), h);
}

std::vector<Index> steps_from_0(const Edges& edges, Index n) {
  std::vector<Index> steps(n, -1);
  steps[0] = 0;
  for (Index k = 1; k < n; ++k)
    for (const auto& [a, b] : edges) {
      if (steps[a] == k - 1 && steps[b] < 0) steps[b] = k;
      if (steps[b] == k - 1 && steps[a] < 0) steps[a] = k;
    }
  return steps;
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: a ring of eight") {
  Edges ring;
  for (Index i = 0; i < 8; ++i) ring.push_back({i, (i + 1) % 8});
  Tensor h = zeros({8, 1});
  h.set({4, 0}, 1);
  for (int layer = 1; layer <= 4; ++layer) {
    h = spread(h, edge_mask(ring, 8));
    if (layer == 3) check_equal("node 0 after three layers", h.at({0, 0}), 0);
  }
  check_equal("node 0 after four layers: two ways of 1/81", h.at({0, 0}), 0.0247);
}

TEST_CASE("answer 2: the fastest wave is an eigenvector") {
  Rng rng(0);
  const Graph12 graph = draw_tree(rng);
  const std::vector<double> u = eigenvectors(graph, rng).back();
  const std::array<Index, nodes> steps = distances_from(graph, 0);
  double worst = 0;
  for (Index i = 0; i < nodes; ++i) {
    const auto degree = static_cast<double>(std::count(graph[i].begin(), graph[i].end(), true));
    worst = std::max(worst, std::abs(std::abs(u[i]) - std::sqrt(degree / 22)));
    check_true("the sign of node " + std::to_string(i), (u[i] > 0) == ((u[0] > 0) == (steps[i] % 2 == 0)),
               "differ from node 0's exactly for an odd number of steps");
  }
  check_equal("sizes: the root of degree / 22", worst, 0, 1e-6);
}

TEST_CASE("answer 4: a ring of odd length") {
  Edges ring;
  for (Index i = 0; i < 5; ++i) ring.push_back({i, (i + 1) % 5});
  const std::vector<Index> steps = steps_from_0(ring, 5);
  check_true("two steps one way", steps[2] == 2, "be 2; the other way round it is 3");
}
