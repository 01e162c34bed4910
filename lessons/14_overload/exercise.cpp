#include "../exercise.h"

// Exercise 14: one voice among many.
//   Write what is missing where it says your_turn, then run make exercise-14.

/// How often a mean of n voices has the right sign: Phi(1 / sqrt(n - 1)). Phi(x) is std::erfc(-x / std::sqrt(2.0)) / 2.
double mean_right(Index n) { return your_turn; }

/// The weight of each voice, softmax(keys w).   keys (n, width), w (width) -> (n).
Tensor weights_of(const Tensor& keys, const Tensor& w) { return your_turn; }

/// What is heard: the weighted sum of the values.   keys (n, width), values (n), w (width) -> one number.
double listen(const Tensor& keys, const Tensor& values, const Tensor& w) { return your_turn; }

/// The probability that voice j is the one, given all keys: Bayes' rule, without softmax.   keys (n, width), u (width) -> (n).
/// A key k of a stranger has density exp(-|k|^2 / 2), the key of the one exp(-|k - mark u|^2 / 2) (times the same constant). If voice j is the
/// one, all others are strangers. So voice j gets density(its key, as the one) / density(its key, as a stranger); divide by the sum over j.
Tensor probabilities(const Tensor& keys, const Tensor& u, double mark) { return your_turn; }

#include "exercise_checks.h"
