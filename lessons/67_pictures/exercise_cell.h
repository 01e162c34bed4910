#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/67_pictures.ipynb.

namespace exercise_67 {

using namespace exercise;

/// A box, from its left upper to its right lower corner.
struct Corners {
  double left, top, right, bottom;
};

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*patches_of)(const Tensor& picture, Index p);
  Mask (*hide_most)(const Tensor& weights);
  double (*overlap)(const Corners& a, const Corners& b);
  double (*average_precision)(const std::vector<bool>& right, Index positives);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_67
