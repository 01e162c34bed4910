#include "../exercise.h"

// Exercise 45: the way back through softmax and attention. Everything is in double precision.
//   Write what is missing where it says your_turn, then run make exercise-45.

/// How each weight changes with each score: J_ij = p_i ((i = j) - p_j).   p (n) -> (n, n). J.set({i, j}, ...) in two loops; zeros({n, n}) to begin.
Tensor jacobian(const Tensor& p) { return your_turn; }

/// The gradient of the scores, from the weights and the gradient that arrives at them, row by row: dS_j = A_j (dA_j - sum_k dA_k A_k).
/// A, dA (n, m) -> (n, m). sum(x, 1, true) keeps the axis, (n, 1), so that it can be subtracted from every number of its row.
Tensor softmax_backward(const Tensor& A, const Tensor& dA) { return your_turn; }

/// The gradients of L with respect to Q (n, d), K (m, d) and V (m, d_v), if G = dL/dO (n, d_v) arrives at O = softmax(Q K^T / sqrt(d)) V.
/// Forward first: S, A. Then from the end to the beginning: dV and dA, dS, dQ and dK. Where does sqrt(d) come once more?
struct Gradients {
  Tensor dQ, dK, dV;
};
Gradients attention_backward(const Tensor& Q, const Tensor& K, const Tensor& V, const Tensor& G) { return your_turn; }

/// The slope of f at x by trying: how far f(x + h) and f(x - h) lie apart, over how far x + h and x - h do.
double slope(const std::function<double(double)>& f, double x, double h) { return your_turn; }

#include "exercise_checks.h"
