#include "../exercise.h"

// Exercise 41: self-attention over four words, step by step.
//   Write what is missing where it says your_turn, then run make exercise-41.

/// Each word's query (or key, or value): words X (n, d), one word a row, and a matrix W (h, d) -> (n, h).
/// Row i of the result is W x_i. Which of matmul(W, X), matmul(X, W), matmul(X, transpose(W)) fits, and means that?
Tensor project(const Tensor& X, const Tensor& W) { return your_turn; }

/// s_ij = q_i . k_j / sqrt(d_k).   Q (n, d_k), K (m, d_k) -> (n, m)
Tensor scores(const Tensor& Q, const Tensor& K) { return your_turn; }

/// alpha_ij = exp(s_ij) / sum_j exp(s_ij), each row by itself.   S (n, m) -> (n, m). Without softmax(): exp, sum and a division.
Tensor weights(const Tensor& S) { return your_turn; }

/// How far z_i moves when word i may no longer look at word j: |v_j - z_i| alpha_ij / (1 - alpha_ij).
/// alpha (n, m), V (m, d) -> one number. select(V, 0, j) is row j; norm(x).item() is the length of x.
double moved(const Tensor& alpha, const Tensor& V, Index i, Index j) { return your_turn; }

#include "exercise_checks.h"
