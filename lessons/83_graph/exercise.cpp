#include "../exercise.h"

// Exercise 83: edges as a mask, news that spreads, and the wave that changes its sign at every step.
//   Write what is missing where it says your_turn, then run make exercise-83.

using Edges = std::vector<std::pair<Index, Index>>;  // each edge once: {0, 1} is from 0 to 1 and from 1 to 0

/// Who may not be looked at: 1 (hidden) everywhere, but 0 for a node itself and its neighbours. (n, n)
/// Begin with Mask mask({n, n}, std::vector<std::uint8_t>(n * n, 1)); the entry of row i and column j is mask.hidden[i * n + j].
Mask edge_mask(const Edges& edges, Index n) { return your_turn; }

/// One layer of plain means: every node takes the mean of what it may look at. h (n, d) -> (n, d).
/// The weights are softmax(masked_fill(zeros({n, n}), mask, -infinity)).
Tensor spread(const Tensor& h, const Mask& mask) { return your_turn; }

/// Breadth first: how many steps each of n nodes is away from node 0; -1 where no path leads.
/// Nodes at distance k are the neighbours, without a distance yet, of nodes at distance k - 1.
std::vector<Index> steps_from_0(const Edges& edges, Index n) { return your_turn; }

#include "exercise_checks.h"
