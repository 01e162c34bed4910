#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/41_four_words.ipynb.

namespace exercise_41 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*project)(const Tensor& X, const Tensor& W);
  Tensor (*scores)(const Tensor& Q, const Tensor& K);
  Tensor (*weights)(const Tensor& S);
  double (*moved)(const Tensor& alpha, const Tensor& V, Index i, Index j);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_41
