#include "../exercise.h"

// Exercise 24: attention maps that are known beforehand, with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-24.

/// The weight of each marked place, without computing a map: m of n places have the score s, the others 0.
double weight_of_a_match(double s, double m, double n) { return your_turn; }

/// Queries and keys whose map is "each word looks at the word before it": q_i . k_j is s where j = i - 1, and 0 elsewhere.
/// Both (n, n). eye(n) has a vector for each word; slice(x, 0, a, b) takes rows a to b - 1; concat({x, y}, 0) stacks rows.
struct QueriesAndKeys {
  Tensor Q, K;
};
QueriesAndKeys before(Index n, double s) { return your_turn; }

/// On how many places each row lies: exp(H), H = -sum_j alpha_j log alpha_j. alpha (n, m) -> (n).
/// Some weights may be exactly 0. They add nothing: the limit of a log a at 0 is 0. Loops are fine.
Tensor places(const Tensor& alpha) { return your_turn; }

#include "exercise_checks.h"
