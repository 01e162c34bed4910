#include "../exercise.h"

// Exercise 46: weights from neighbours, step by step, and what they are as a formula.
//   Write what is missing where it says your_turn, then run make exercise-46.

/// A small network of one hidden layer: W (h, 2d), b (h), u (h).
struct Network {
  Tensor W, b, u;
};

/// A weight for each element, from its left neighbour and itself: w_i = u . tanh(W [x_i-1, x_i] + b), with zeros before the first element.
/// X (n, d) -> (n). concat({...}, 0) puts rows below each other, concat({...}, 1) beside each other; slice(X, 0, first, last) takes rows;
/// linear(x, W, b) is x W^T + b for each row of x.
Tensor neighbour_weights(const Tensor& X, const Network& f) { return your_turn; }

/// Step 3: y_i = w_i x_i.   w (n), X (n, d) -> (n, d). unsqueeze(w, 1) is w as a column, (n, 1).
Tensor weights_times_elements(const Tensor& w, const Tensor& X) { return your_turn; }

/// The same as the formula a_i = sum_j alpha_ij x_j: which alpha gives a_i = w_i x_i?   w (n) -> (n, n). eye(n) has 1 on its diagonal.
Tensor alpha_of_the_steps(const Tensor& w) { return your_turn; }

/// How many rows of two results differ?   before, after (n, d). A row differs if one of its numbers does.
Index rows_that_differ(const Tensor& before, const Tensor& after) { return your_turn; }

#include "exercise_checks.h"
