#include "../exercise.h"

// Exercise 87: attention in smaller forms.
//   Write what is missing where it says your_turn, then run make exercise-87.

/// How many numbers W_q, W_k, W_v and W_o have together, without biases.
Index numbers_of_layer(Index d, Index heads, Index kv_heads) { return your_turn; }

/// w (n) as whole numbers of so many bits times one scale, and back: scale round(w / scale). All zeros stay zeros.
Tensor quantised(const Tensor& w, int bits) { return your_turn; }

/// x A^T B^T:  x (n, d), A (rank, d), B (out, rank) -> (n, out).
Tensor low_rank(const Tensor& x, const Tensor& A, const Tensor& B) { return your_turn; }

/// The keys of one head for `heads` heads of queries: k (B, T, d_h) -> (B, T, heads d_h).
Tensor for_all_heads(const Tensor& k, Index heads) { return your_turn; }

#include "exercise_checks.h"
