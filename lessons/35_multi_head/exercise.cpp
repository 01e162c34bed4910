#include "../exercise.h"

// Exercise 35: multi-head attention with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-35.

/// Each head gets its columns of every word: (T, E) -> (heads, T, E / heads).
/// reshape(y, {T, heads, d}) cuts each row into its heads; transpose(y, 0, 1) then exchanges the first two axes.
Tensor split_heads(const Tensor& y, Index heads) { return your_turn; }

/// The way back: (heads, T, d) -> (T, heads d), the heads side by side.
Tensor merge_heads(const Tensor& y) { return your_turn; }

/// Multi-head self-attention.  x (T, E); in_proj (3E, E), all of W_q above all of W_k above all of W_v; out_proj (E, E)
/// -> output (T, E), weights (heads, T, T).  linear, chunk(..., 3, 1), split_heads, scaled_dot_product_attention, merge_heads, linear.
Attended many_heads(const Tensor& x, const Tensor& in_proj, const Tensor& out_proj, Index heads) { return your_turn; }

/// One head has to share: with the weight a on u and 1 - a on w it gets c = a u + (1 - a) w. u and w are independent, with mean 0 and
/// variance 1. The best guess of u is b c with b = cov(u, c) / var(c). What is the squared error of that guess?
double error_of_sharing(double a) { return your_turn; }

#include "exercise_checks.h"
