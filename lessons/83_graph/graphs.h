#pragma once
#include <qkv/qkv.h>

#include <array>

// Rings and trees of 12 nodes, and a question about two of them: is the number of steps from one to the other odd?

using namespace qkv;

constexpr Index nodes = 12, farthest = 6, position_count = 4;
constexpr Index asked = 0;  // the node that must answer; the other one, the goal, is any

using Graph12 = std::array<std::array<bool, nodes>, nodes>;  // is there an edge from i to j?

/// A ring, its nodes in a random order.
inline Graph12 draw_ring(Rng& rng) {
  Graph12 graph{};
  const std::vector<Index> order = rng.permutation(nodes);
  for (Index i = 0; i < nodes; ++i) {
    const Index a = order[i], b = order[(i + 1) % nodes];
    graph[a][b] = graph[b][a] = true;
  }
  return graph;
}
/// A tree: each node after the first hangs on one before it; then in a random order.
inline Graph12 draw_tree(Rng& rng) {
  Graph12 graph{};
  const std::vector<Index> order = rng.permutation(nodes);
  for (Index i = 1; i < nodes; ++i) {
    const Index a = order[i], b = order[rng.below(i)];
    graph[a][b] = graph[b][a] = true;
  }
  return graph;
}

/// 0 - 1 - 2 - ... - 11.
inline Graph12 path() {
  Graph12 graph{};
  for (Index i = 0; i + 1 < nodes; ++i) graph[i][i + 1] = graph[i + 1][i] = true;
  return graph;
}

/// Steps from a node to all others: breadth first, the method that solves the task.
inline std::array<Index, nodes> distances_from(const Graph12& graph, Index start) {
  std::array<Index, nodes> distance;
  distance.fill(-1);
  std::vector<Index> queue{start};
  distance[start] = 0;
  for (std::size_t next = 0; next < queue.size(); ++next)
    for (Index j = 0; j < nodes; ++j)
      if (graph[queue[next]][j] && distance[j] < 0) distance[j] = distance[queue[next]] + 1, queue.push_back(j);
  return distance;
}

/// The eigenvectors of the normalised Laplacian I - D^-1/2 A D^-1/2, by Jacobi's rotations; smallest eigenvalue first. Their signs are random.
inline std::vector<std::vector<double>> eigenvectors(const Graph12& graph, Rng& rng) {
  double a[nodes][nodes], v[nodes][nodes];
  const auto degree = [&](Index i) { return std::sqrt(static_cast<double>(std::count(graph[i].begin(), graph[i].end(), true))); };
  for (Index i = 0; i < nodes; ++i)
    for (Index j = 0; j < nodes; ++j) a[i][j] = i == j ? 1 : graph[i][j] ? -1 / (degree(i) * degree(j)) : 0, v[i][j] = i == j;
  for (int sweep = 0; sweep < 12; ++sweep)
    for (Index p = 0; p < nodes; ++p)
      for (Index q = p + 1; q < nodes; ++q) {
        if (std::abs(a[p][q]) < 1e-12) continue;
        const double angle = 0.5 * std::atan2(2 * a[p][q], a[p][p] - a[q][q]), c = std::cos(angle), s = std::sin(angle);
        for (Index k = 0; k < nodes; ++k) {
          const double x = a[k][p], y = a[k][q];
          a[k][p] = c * x + s * y, a[k][q] = c * y - s * x;
        }
        for (Index k = 0; k < nodes; ++k) {
          const double x = a[p][k], y = a[q][k], z = v[k][p], w = v[k][q];
          a[p][k] = c * x + s * y, a[q][k] = c * y - s * x;
          v[k][p] = c * z + s * w, v[k][q] = c * w - s * z;
        }
      }
  std::vector<Index> order(nodes);
  for (Index i = 0; i < nodes; ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](Index i, Index j) { return a[i][i] < a[j][j]; });
  std::vector<std::vector<double>> result;
  for (Index i : order) {
    const double sign = rng.below(2) == 0 ? -1 : 1;
    result.emplace_back();
    for (Index k = 0; k < nodes; ++k) result.back().push_back(sign * v[k][i]);
  }
  return result;
}

/// What a node says about itself, in columns: its row of the adjacency matrix; is it the asked one, the goal, another; its entries of the slowest
/// eigenvectors (the constant one left out) and of the fastest.
constexpr Index edges_at = 0, kind_at = nodes, slow_at = kind_at + 3, fast_at = slow_at + position_count, columns = fast_at + 1;

struct Questions {
  Tensor nodes;                 // (N, 12, columns)
  Indices answers;              // (N): 1 if the number of steps is odd
  std::vector<Index> distance;  // steps
  std::vector<bool> tree;
};

/// Half rings, half trees; every distance from 1 to 6 equally likely. The mistake of --break=one-way: an edge is noted once, by the node with the
/// smaller number.
inline Questions draw(Index count, Rng& rng, bool one_way) {
  std::vector<Scalar> numbers(count * nodes * columns);
  Questions questions;
  questions.answers.shape = {count};
  for (Index n = 0; n < count; ++n) {
    const bool tree = n % 2 == 1;
    const Index steps = 1 + rng.below(farthest);
    Graph12 graph;
    std::vector<Index> goals;
    while (goals.empty()) {
      graph = tree ? draw_tree(rng) : draw_ring(rng);
      const std::array<Index, nodes> distance = distances_from(graph, asked);
      for (Index j = 0; j < nodes; ++j)
        if (distance[j] == steps) goals.push_back(j);
    }
    const Index goal = goals[rng.below(static_cast<Index>(goals.size()))];
    const std::vector<std::vector<double>> vectors = eigenvectors(graph, rng);
    for (Index i = 0; i < nodes; ++i) {
      Scalar* row = numbers.data() + (n * nodes + i) * columns;
      for (Index j = 0; j < nodes; ++j) row[edges_at + j] = graph[i][j] && (i < j || !one_way);
      row[kind_at + (i == asked ? 0 : i == goal ? 1 : 2)] = 1;
      for (Index k = 0; k < position_count; ++k) row[slow_at + k] = static_cast<Scalar>(3 * vectors[1 + k][i]);
      row[fast_at] = static_cast<Scalar>(3 * vectors.back()[i]);
    }
    questions.answers.values.push_back(steps % 2);
    questions.distance.push_back(steps), questions.tree.push_back(tree);
  }
  questions.nodes = tensor({count, nodes, columns}, numbers);
  return questions;
}
