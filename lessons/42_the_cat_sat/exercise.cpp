#include "../exercise.h"

// Exercise 42: weights for words (rows) and outputs (columns), and the index over which they must sum to 1.
//   Write what is missing where it says your_turn, then run make exercise-42.

/// alpha_ij = exp(e_ij) / sum_k exp(e_kj).   e (words, outputs) -> (words, outputs). Without softmax(): exp, sum and a division.
/// sum(x, axis, true) adds along an axis and keeps it, so that the result still divides x. Which axis is k?
Tensor over_words(const Tensor& e) { return your_turn; }

/// z_j = sum_i alpha_ij x_i.   alpha (words, outputs), X (words, d) -> (outputs, d). One matmul; which of the two must be transposed?
Tensor weighted_sum(const Tensor& alpha, const Tensor& X) { return your_turn; }

/// Is every output of alpha a mean of the words? True if the weights that are added up for each output sum to 1, to within 1e-5.
/// x.at({j}) is a number of a tensor of one axis; std::abs is there.
bool makes_means(const Tensor& alpha) { return your_turn; }

/// The library has queries (here outputs) in rows, keys and values (here words) in rows, and divides by the square root of the width unless
/// options.scale says otherwise. X (words, d), Y (outputs, d) -> z (outputs, d), with plain scores x_i . y_j.
///   AttentionOptions options;  scaled_dot_product_attention(queries, keys, values, options).output
Tensor by_library(const Tensor& X, const Tensor& Y) { return your_turn; }

#include "exercise_checks.h"
