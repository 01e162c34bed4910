#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/44_number_sequence.ipynb.

namespace exercise_44 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*weights_of)(double q, const Tensor& k);
  Tensor (*attend)(const Tensor& q, const Tensor& k, const Tensor& v);
  Tensor (*attend_without)(const Tensor& q, const Tensor& k, const Tensor& v, const std::vector<bool>& hidden);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_44
