#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/13_training.ipynb.

namespace exercise_13 {

using namespace exercise;

/// What Adam keeps for each weight between steps.
struct Means {
  Tensor m, v;   // running means of g and of g^2, zeros at first
  double t = 0;  // steps made
};

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*loss_gradient)(const Tensor& z, Index right);
  Tensor (*mlp)(const Tensor& x, const Tensor& W1, const Tensor& b1, const Tensor& W2, const Tensor& b2);
  Tensor (*adam_step)(const Tensor& w, const Tensor& g, double lr, Means& means);
  double (*train)(const Tensors& parameters, const Tensor& x, const Indices& target, Index steps);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_13
