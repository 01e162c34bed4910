#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/87_smaller.ipynb.

namespace exercise_87 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Index (*numbers_of_layer)(Index d, Index heads, Index kv_heads);
  Tensor (*quantised)(const Tensor& w, int bits);
  Tensor (*low_rank)(const Tensor& x, const Tensor& A, const Tensor& B);
  Tensor (*for_all_heads)(const Tensor& k, Index heads);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_87
