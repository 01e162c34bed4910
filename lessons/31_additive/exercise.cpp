#include "../exercise.h"

// Exercise 31: additive attention with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-31.

/// The score of one key: e = v . tanh(W1 q + W2 k).
/// q (dq), k (dk), W1 (h, dq), W2 (h, dk), v (h) -> one number. Use loops and q.at({i}), as one would on paper.
double score(const Tensor& q, const Tensor& k, const Tensor& W1, const Tensor& W2, const Tensor& v) { return your_turn; }

/// All scores at once, without a loop: queries (n, dq), keys (m, dk) -> (n, m).
/// linear(x, W) is x W^T; unsqueeze(x, 1) turns (n, h) into (n, 1, h), which can be added to (m, h).
Tensor scores(const Tensor& queries, const Tensor& keys, const Tensor& W1, const Tensor& W2, const Tensor& v) { return your_turn; }

/// Additive attention: the weighted sum of values (m, dv) for each query -> (n, dv).
Tensor attend(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& W1, const Tensor& W2, const Tensor& v) {
  return your_turn;
}

#include "exercise_checks.h"
