#pragma once
#include "../exercise_cell.h"

// The exercise in notebooks/46_neighbours.ipynb.

namespace exercise_46 {

using namespace exercise;

/// A small network of one hidden layer: W (h, 2d), b (h), u (h).
struct Network {
  Tensor W, b, u;
};

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*neighbour_weights)(const Tensor& X, const Network& f);
  Tensor (*weights_times_elements)(const Tensor& w, const Tensor& X);
  Tensor (*alpha_of_the_steps)(const Tensor& w);
  Index (*rows_that_differ)(const Tensor& before, const Tensor& after);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_46
