#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/36_masks.ipynb.

namespace exercise_36 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Mask (*future)(Index n);
  Mask (*neighbours_only)(Index n);
  Mask (*fillers)(const std::vector<Index>& lengths, Index longest);
  Tensor (*weights)(const Tensor& S, const Mask& mask);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_36
