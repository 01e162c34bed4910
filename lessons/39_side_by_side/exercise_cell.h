#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/39_side_by_side.ipynb.

namespace exercise_39 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Index (*lstm_parameters)(Index features, Index h, Index classes);
  double (*nearest_mean)(const Tensor& train_x, const Indices& train_target, const Tensor& test_x, const Indices& test_target,
                         Index classes);
  void (*set_forget_gate)(Tensor& bias, double value);
  double (*gradient_at_step_0)(const std::function<Tensor(const Tensor&)>& model, Tensor x, const Indices& target);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_39
