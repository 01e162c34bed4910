#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/11_tensors.ipynb.

namespace exercise_11 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Shape (*shape_of_sum)(const Shape& a, const Shape& b);
  Tensor (*product)(const Tensor& A, const Tensor& B);
  Tensor (*weights_of)(const Tensor& scores);
  Tensor (*attention)(const Tensor& Q, const Tensor& K, const Tensor& V);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_11
