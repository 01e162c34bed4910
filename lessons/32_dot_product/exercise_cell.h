#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/32_dot_product.ipynb.

namespace exercise_32 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*scores)(const Tensor& queries, const Tensor& keys);
  Tensor (*weights)(const Tensor& e);
  Tensor (*softmax_gradient)(const Tensor& alpha, const Tensor& d_alpha);
  Tensor (*query_gradient)(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& d_output);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_32
