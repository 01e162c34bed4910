#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/25_depth_and_breadth.ipynb.

namespace exercise_25 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*with_temperature)(const Tensor& e, double T);
  double (*number_of_places)(const Tensor& alpha);
  double (*entropy_slope)(const Tensor& e, double T);
  Tensor (*scores_for)(const Tensor& variance);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_25
