#include "../exercise.h"

// Exercise 63: hops over sentences, and what "it" means.
//   Write what is missing where it says your_turn, then run make exercise-63.

/// One hop: the weights softmax(sharpness m q) of the sentences. q (d), m (S, d) -> (S).
/// matmul(m, q) gives a score for each sentence.
Tensor weights_of_hop(const Tensor& q, const Tensor& m, double sharpness) { return your_turn; }

/// Two hops: the weights of the second. The second question is keep * found + wish, where found (d) is the weighted sum of the sentences.
/// q, keep, wish (d), m (S, d) -> (S).
Tensor two_hops(const Tensor& q, const Tensor& m, const Tensor& keep, const Tensor& wish, double sharpness) { return your_turn; }

/// Hides the sentence with the largest weight of each row: weights (B, S) -> a mask (B, S), true where it is hidden.
/// argmax(weights, 1).values[b] is the place of the largest weight of row b; Mask(shape, marks) takes B S marks, row after row.
Mask most_weighted(const Tensor& weights) { return your_turn; }

/// What "it" means: the product that was named last. named[t] is the product that turn t names, or -1. If no turn names one, -1.
Index what_it_means(const std::vector<Index>& named) { return your_turn; }

#include "exercise_checks.h"
