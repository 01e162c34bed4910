#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/84_robust.ipynb.

namespace exercise_84 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*sign_of)(const Tensor& x);
  Tensor (*attack)(const std::function<Tensor(const Tensor&)>& loss, const Tensor& x, double eps);
  double (*change_by_attack)(const Tensor& w, double eps);
  double (*change_by_noise)(const Tensor& w, double eps);
  Tensor (*one_of_many)(const std::function<Tensor(const Tensor&)>& loss, const Tensor& at, const Tensor& x, double step, double eps);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_84
