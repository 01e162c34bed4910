#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/37_positions.ipynb.

namespace exercise_37 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*encoding)(Index length, Index d);
  double (*dot_at_distance)(Index distance, Index d);
  Tensor (*rotated)(const Tensor& x);
  Tensor (*with_learned)(const Tensor& x, const Tensor& table);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_37
