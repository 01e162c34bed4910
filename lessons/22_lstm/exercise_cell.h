#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/22_lstm.ipynb.

namespace exercise_22 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  nn::LSTMState (*step)(const Tensor& x, const nn::LSTMState& before, const Tensor& W, const Tensor& U, const Tensor& b);
  Tensor (*path)(const Tensor& f);
  double (*half_life)(double bias);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_22
