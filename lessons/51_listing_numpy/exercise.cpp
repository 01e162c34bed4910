#include "../exercise.h"

// Exercise 51: the listing as it should be.
//   Write what is missing where it says your_turn, then run make exercise-51.

/// Softmax along each row of scores (n, m) -> (n, m), for scores of any size: exp(e - max e) / sum exp(e - max e).
/// Use exp, max and sum, not softmax(); exp only once. max(x, 1, true) is (n, 1): it is subtracted from every number of its row.
Tensor row_softmax(const Tensor& scores) { return your_turn; }

/// Attention without a scale: queries q (n, d), keys k (m, d), values v (m, w) -> (n, w).
Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v) { return your_turn; }

/// A case whose answer is known: is every row of the output a weighted mean of v's rows? Give v a column of ones, and look at that column
/// of the output. Returns the largest distance from 1.   weights (n, m)
double distance_from_a_mean(const Tensor& weights) { return your_turn; }

#include "exercise_checks.h"
