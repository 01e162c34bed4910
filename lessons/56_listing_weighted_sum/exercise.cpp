#include "../exercise.h"

// Exercise 56: the listing, repaired: a score and a weight for each of the numbers.
//   Write what is missing where it says your_turn, then run make exercise-56.

/// Each number is its own key: w_i = exp(q x_i) / sum_j exp(q x_j).   x (n) -> (n).
/// A query of 800 must not give nan: softmax() knows how, exp and a division do not.
Tensor weights(double q, const Tensor& x) { return your_turn; }

/// y = sum_i w_i x_i.   sum(...).item() is a plain number.
double result(double q, const Tensor& x) { return your_turn; }

/// dy/dq = sum_i w_i x_i^2 - y^2, the variance of x under the weights.
double slope(double q, const Tensor& x) { return your_turn; }

/// The query between -50 and 50 whose result is `wanted`. The result only grows with the query, so halve the interval again and again.
double query_for(double wanted, const Tensor& x) { return your_turn; }

#include "exercise_checks.h"
