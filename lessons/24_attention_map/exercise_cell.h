#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/24_attention_map.ipynb.

namespace exercise_24 {

using namespace exercise;

/// Queries and keys whose map is "each word looks at the word before it": q_i . k_j is s where j = i - 1, and 0 elsewhere.
/// Both (n, n). eye(n) has a vector for each word; slice(x, 0, a, b) takes rows a to b - 1; concat({x, y}, 0) stacks rows.
struct QueriesAndKeys {
  Tensor Q, K;
};

/// What the reader writes, and the checks of it.
struct Checks {
  double (*weight_of_a_match)(double s, double m, double n);
  QueriesAndKeys (*before)(Index n, double s);
  Tensor (*places)(const Tensor& alpha);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_24
