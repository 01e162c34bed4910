#include "../exercise.h"

// Exercise 65: recommend by counting, by a mean, and by attention.
//   Write what is missing where it says your_turn, then run make exercise-65.

/// How near two items are: c_ij / sqrt(c_ii c_jj), and 0 for an item with itself.
/// together (n, n): c_ij, in how many baskets items i and j are together; on the diagonal, in how many an item is. -> (n, n).
/// The diagonal of a matrix as a vector: sum(c * eye(n), 1). unsqueeze(v, 1) * v multiplies every number of v with every other.
Tensor cosines(const Tensor& together) { return your_turn; }

/// One vector for the whole basket, the mean of its items; then a dot product with each candidate.
/// taken (L, d), offered (N, d) -> (N).
Tensor score_by_mean(const Tensor& taken, const Tensor& offered) { return your_turn; }

/// Target attention: each candidate o_j asks the basket by itself, alpha_ji = softmax_i(scale o_j . v_i), and its score is the dot product of
/// o_j with its own weighted sum of the v_i.  taken (L, d), offered (N, d) -> (N).
Tensor score_by_attention(const Tensor& taken, const Tensor& offered, double scale) { return your_turn; }

/// NDCG@k of one list with one right answer: 1 / log2(1 + place) if its place (1 is the first) is among the first k, else 0.
double ndcg_of(Index place, Index k) { return your_turn; }

#include "exercise_checks.h"
