#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/86_interpretability.ipynb.

namespace exercise_86 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*hide)(const Tensor& alpha, Index j);
  Tensor (*gradient_times_word)(const Tensor& x, const std::function<Tensor(const Tensor&)>& answer);
  double (*rank_correlation_of)(const std::vector<double>& a, const std::vector<double>& b);
  double (*precision)(double sensitivity, double specificity, double ill);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_86
