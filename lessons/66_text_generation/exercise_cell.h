#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/66_text_generation.ipynb.

namespace exercise_66 {

using namespace exercise;

/// One head's keys and values of what was read, a row for each character.
struct Kept {
  Tensor K, V;  // undefined before the first character
};

/// What the reader writes, and the checks of it.
struct Checks {
  double (*bits)(const Tensor& p);
  Tensor (*mixed)(const Tensor& counts, const Tensor& smaller);
  Tensor (*to_draw_from)(const Tensor& scores, double temperature, Index k);
  Tensor (*read_one)(const Tensor& x, const Tensor& W_q, const Tensor& W_k, const Tensor& W_v, Kept& kept);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_66
