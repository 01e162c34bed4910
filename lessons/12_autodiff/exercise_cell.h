#pragma once
#include "../exercise_cell.h"
#include "tiny_engine.h"

// The exercise in notebooks/12_autodiff.ipynb.

namespace exercise_12 {

using namespace exercise;

/// What the reader writes, and the checks of it.
struct Checks {
  Value (*multiply)(Value& a, Value& b);
  Value (*sigmoid_of)(Value& a);
  void (*backward)(const std::vector<Value*>& graph);
  Tensor (*pull_softmax)(const Tensor& p, const Tensor& dp);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_12
