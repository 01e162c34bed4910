#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/33_self_attention.ipynb.

namespace exercise_33 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*project)(const Tensor& W, const Tensor& x);
  Attended (*self_attention)(const Tensor& X, const Tensor& W_q, const Tensor& W_k, const Tensor& W_v);
  Tensor (*reordered)(const Tensor& X, const std::vector<Index>& order);
  double (*dependence)(const Tensor& X, const Tensor& W_q, const Tensor& W_k, const Tensor& W_v, Index t, Index j);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_33
