#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/68_captions.ipynb.

namespace exercise_68 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*cut)(const Tensor& x, Index size);
  double (*log_p_of)(const Tensor& scores, const std::vector<Index>& words);
  Tensor (*without)(const Tensor& picture, Index top, Index left, Index size);
  double (*share_in)(const Tensor& map, Index top, Index left, Index height, Index width);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_68
