#include "../exercise.h"

// Exercise 53: the repaired layer, and why the printed one cannot learn.
//   Write what is missing where it says your_turn, then run make exercise-53.

/// The listing's scores, a number for each word: e = v . tanh(W1 x + W2 x).
/// x (B, T, d), W1 and W2 (h, d), v (1, h) -> (B, T). linear(x, W) is x W^T; squeeze(x, 2) drops the last axis of length 1.
Tensor scores(const Tensor& x, const Tensor& W1, const Tensor& W2, const Tensor& v) { return your_turn; }

/// Softmax over the words of each text, with no weight for padding: e (B, T), tokens (B, T) -> (B, T).
/// datasets::padding_of(tokens) is the mask; masked_fill(e, mask, -infinity) hides.
Tensor weights(const Tensor& e, const Indices& tokens) { return your_turn; }

/// The weighted sum of the words: x (B, T, d), alpha (B, T) -> (B, d).
Tensor weighted_sum(const Tensor& x, const Tensor& alpha) { return your_turn; }

/// The bag of words: the mean over the words of each text, padding left out. x (B, T, d), tokens (B, T) -> (B, d).
/// It is the weighted sum of words that all have the same score.
Tensor mean_of_words(const Tensor& x, const Indices& tokens) { return your_turn; }

/// The gradient of softmax by hand: from alpha (n) and dL/dalpha (n) to dL/de (n), de_i = alpha_i (dalpha_i - sum_j alpha_j dalpha_j).
Tensor gradient_of_scores(const Tensor& alpha, const Tensor& dalpha) { return your_turn; }

#include "exercise_checks.h"
