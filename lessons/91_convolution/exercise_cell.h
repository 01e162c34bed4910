#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/91_convolution.ipynb.

namespace exercise_91 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*queries)(Index length, Index offset, double a);
  Tensor (*keys)(Index length);
  Tensor (*head)(const Tensor& q, const Tensor& k, const Tensor& v);
  Tensor (*three_heads)(const Tensor& x, const Tensor& w, double a);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_91
