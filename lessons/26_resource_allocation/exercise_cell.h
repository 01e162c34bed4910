#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/26_resource_allocation.ipynb.

namespace exercise_26 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*one_try)(Index j, double reward, double baseline, const Tensor& pi);
  double (*log_pi_of_two)(Index first, Index second, const Tensor& theta);
  Tensor (*loss)(const Tensor& cost, const Tensor& log_pi, double baseline);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_26
