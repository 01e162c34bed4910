#include "../exercise.h"

// Exercise 32: scaled dot-product attention with your own hands, and the gradient that reaches the query.
//   Write what is missing where it says your_turn, then run make exercise-32.

/// e_ij = q_i . k_j / sqrt(d).  queries (n, d), keys (m, d) -> (n, m).
/// matmul multiplies rows by columns, so one of the two has to be turned: transpose(x). queries.size(1) is d.
Tensor scores(const Tensor& queries, const Tensor& keys) { return your_turn; }

/// alpha_ij = exp(e_ij) / sum_k exp(e_ik), row by row.  (n, m) -> (n, m).  Without the library's softmax.
/// exp(1000) is infinite. Take the largest score of each row away first: it changes no weight. max(x, 1, true) and sum(x, 1, true) are (n, 1).
Tensor weights(const Tensor& e) { return your_turn; }

/// The way back through softmax: d_e = J d_alpha in each row, with J = diag(alpha) - alpha alpha^T.  alpha, d_alpha (n, m) -> d_e (n, m).
/// No J has to be built: d_e_j = alpha_j (d_alpha_j - the sum over k of alpha_k d_alpha_k).
Tensor softmax_gradient(const Tensor& alpha, const Tensor& d_alpha) { return your_turn; }

/// The gradient that reaches the queries.  queries (n, d), keys (m, d), values (m, dv), d_output (n, dv) -> (n, d).
/// output = alpha V gives d_alpha = d_output V^T; then your softmax_gradient; then e = Q K^T / sqrt(d).
Tensor query_gradient(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& d_output) { return your_turn; }

#include "exercise_checks.h"
