#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/47_complexity.ipynb.

namespace exercise_47 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*multiply)(const Tensor& A, const Tensor& B, Index& count);
  double (*exponent)(const std::vector<double>& x, const std::vector<double>& y);
  Tensor (*window_attention)(const Tensor& Q, const Tensor& K, const Tensor& V, Index window, Index& count);
  Tensor (*without_softmax)(const Tensor& Q, const Tensor& K, const Tensor& V, Index& count);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_47
