#include "../exercise.h"

// Exercise 96: what a mean can say of one word, and parity from relus.
//   Write what is missing where it says your_turn, then run make exercise-96.

/// The weight of one place with the score c among n places; the other n - 1 have the score 0.
double weight_of_one(double c, double n) { return your_turn; }

/// A bump of height `step` that is 0 from a distance of `step` on: relu(gap - step) - 2 relu(gap) + relu(gap + step). Any shape.
Tensor bump(const Tensor& gap, double step) { return your_turn; }

/// Parity for one length: 0 for even, 1 for odd k, for k = 0 .. n. Up, down, up, down: k - 2 relu(k - 1) + 2 relu(k - 2) - 2 relu(k - 3) ...
/// up to relu(k - (n - 1)). k (B) -> (B).
Tensor sawtooth(const Tensor& k, Index n) { return your_turn; }

/// How many numbers additive attention v . tanh(W1 q + W2 k) learns, for queries and keys of these widths and h hidden numbers.
double additive_parameters(double query_width, double key_width, double h) { return your_turn; }

#include "exercise_checks.h"
