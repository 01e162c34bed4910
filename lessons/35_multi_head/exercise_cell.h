#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/35_multi_head.ipynb.

namespace exercise_35 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*split_heads)(const Tensor& y, Index heads);
  Tensor (*merge_heads)(const Tensor& y);
  Attended (*many_heads)(const Tensor& x, const Tensor& in_proj, const Tensor& out_proj, Index heads);
  double (*error_of_sharing)(double a);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_35
