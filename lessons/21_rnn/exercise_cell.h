#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/21_rnn.ipynb.

namespace exercise_21 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*step)(const Tensor& x, const Tensor& h, const Tensor& W, const Tensor& U, const Tensor& b);
  Tensor (*chain)(const Tensor& h, const Tensor& W, const Tensor& U);
  Tensor (*clip)(const Tensor& g, double max_norm);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_21
