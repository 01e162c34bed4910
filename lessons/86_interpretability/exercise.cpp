#include "../exercise.h"

// Exercise 86: what an explanation is worth, with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-86.

/// The weights when word j is hidden: its weight is 0, and the others share the whole in proportion.
/// alpha (n) -> (n). eye(n) has a row with a single 1 at place j.
Tensor hide(const Tensor& alpha, Index j) { return your_turn; }

/// Which word matters, by the gradient: x_j . d(answer) / d x_j for each word.  x (n, d) -> (n).
/// `answer` makes a single number of x. detach() gives a copy without a graph; then requires_grad(true), backward(), grad().
Tensor gradient_times_word(const Tensor& x, const std::function<Tensor(const Tensor&)>& answer) { return your_turn; }

/// Spearman's rank correlation where no two numbers are equal: 1 - 6 sum_j (rank a_j - rank b_j)^2 / (n (n^2 - 1)).
/// The rank of a number is how many of the list are smaller than it.
double rank_correlation_of(const std::vector<double>& a, const std::vector<double>& b) { return your_turn; }

/// Of those that a test calls ill, the share that is ill. sensitivity: of the ill, the share it finds; specificity: of the healthy, the
/// share it calls healthy; ill: the share of all people who are ill.
double precision(double sensitivity, double specificity, double ill) { return your_turn; }

#include "exercise_checks.h"
