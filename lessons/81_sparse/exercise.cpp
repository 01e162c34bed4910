#include "../exercise.h"

// Exercise 81: attention that saves work, with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-81.

/// softmax(q k^T / sqrt(d)) v, given: q (B, m, d), k (B, n, d), v (B, n, dv) -> (B, m, dv). Leading axes may be more than one.
Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v) { return scaled_dot_product_attention(q, k, v).output; }

/// (B, n, d) -> (B, s, n/s, d): row r of the new axis holds the positions r, r + s, r + 2s ... in order.
/// reshape cuts the n positions into rows of s; transpose(x, 1, 2) swaps two axes.
Tensor sort_by_stride(const Tensor& x, Index s) { return your_turn; }

/// Low-rank attention: keys and values become r means of n/r neighbours each, and queries meet these. (B, n, d), (B, n, dv) -> (B, n, dv).
Tensor low_rank(const Tensor& q, const Tensor& k, const Tensor& v, Index r) { return your_turn; }

/// phi(x) = x + 1 above 0 and exp(x) below. relu, exp and minimum(x, 0) are all that is needed.
Tensor feature(const Tensor& x) { return your_turn; }

/// Linear attention without a single pair: first the memory, sum_j phi(k_j)^T v_j, (B, d, dv), and sum_j phi(k_j); then the queries.
Tensor without_pairs(const Tensor& q, const Tensor& k, const Tensor& v) { return your_turn; }

/// How many layers of a window of w to each side carry something over this distance?
Index layers_needed(Index distance, Index w) { return your_turn; }

#include "exercise_checks.h"
