#include "../exercise.h"

// Exercise 33: self-attention with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-33.

/// W x for one word: y_o = sum_i W_oi x_i.  W (d, width), x (width) -> (d).
/// Two loops, with W.at({o, i}) and x.at({i}); zeros({d}) makes y, and y.set({o}, number) writes into it.
Tensor project(const Tensor& W, const Tensor& x) { return your_turn; }

/// The four steps for all words at once.  X (n, width); W_q, W_k, W_v (d, width) -> output (n, d) and weights (n, n).
/// linear(X, W_q) is X W_q^T. Return {output, weights}.
Attended self_attention(const Tensor& X, const Tensor& W_q, const Tensor& W_k, const Tensor& W_v) { return your_turn; }

/// The words in another order: row i of the result is row order[i] of X.  X (n, width) -> (n, width).
/// select(X, 0, i) is row i; stack puts a list of rows (Tensors) on top of each other.
Tensor reordered(const Tensor& X, const std::vector<Index>& order) { return your_turn; }

/// How strongly z_t depends on x_j: the norm of d z_t / d x_j, by your self_attention and the engine's gradients.
/// For each number i of z_t: take a clone of X that requires_grad(true), call backward() on z_ti, read row j of the clone's grad().
/// Add up all squares, and take the root.
double dependence(const Tensor& X, const Tensor& W_q, const Tensor& W_k, const Tensor& W_v, Index t, Index j) { return your_turn; }

#include "exercise_checks.h"
