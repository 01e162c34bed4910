#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/38_transformer.ipynb.

namespace exercise_38 {

using namespace exercise;

/// A part of a layer: it reads (n, d) and gives (n, d).
using Part = std::function<Tensor(const Tensor&)>;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*normed)(const Tensor& x);
  Tensor (*feed_forward)(const Tensor& x, const Tensor& W_1, const Tensor& b_1, const Tensor& W_2, const Tensor& b_2);
  Tensor (*layer)(const Part& attend, const Part& feed, const Tensor& x, bool norm_first);
  Indices (*decoder_input)(const Indices& answer, Index start);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_38
