#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/23_weighted_sum.ipynb.

namespace exercise_23 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*weights)(double q, const Tensor& keys, double h);
  Tensor (*look_up)(const Tensor& queries, const Tensor& keys, const Tensor& values, double h);
  Tensor (*left_out)(const Tensor& x, const Tensor& y, double h);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_23
