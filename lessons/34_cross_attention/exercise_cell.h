#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/34_cross_attention.ipynb.

namespace exercise_34 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensors (*queries_keys_values)(const Tensor& Y, const Tensor& X, const Tensor& W_q, const Tensor& W_k, const Tensor& W_v);
  Attended (*attend)(const Tensor& Q, const Tensor& K, const Tensor& V);
  Attended (*attend_or_not)(const Tensor& Q, const Tensor& K, const Tensor& V);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_34
