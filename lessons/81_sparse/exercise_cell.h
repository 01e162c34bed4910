#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/81_sparse.ipynb.

namespace exercise_81 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*attend)(const Tensor& q, const Tensor& k, const Tensor& v);
  Tensor (*sort_by_stride)(const Tensor& x, Index s);
  Tensor (*low_rank)(const Tensor& q, const Tensor& k, const Tensor& v, Index r);
  Tensor (*feature)(const Tensor& x);
  Tensor (*without_pairs)(const Tensor& q, const Tensor& k, const Tensor& v);
  Index (*layers_needed)(Index distance, Index w);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_81
