#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/31_additive.ipynb.

namespace exercise_31 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  double (*score)(const Tensor& q, const Tensor& k, const Tensor& W1, const Tensor& W2, const Tensor& v);
  Tensor (*scores)(const Tensor& queries, const Tensor& keys, const Tensor& W1, const Tensor& W2, const Tensor& v);
  Tensor (*attend)(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& W1, const Tensor& W2, const Tensor& v);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_31
