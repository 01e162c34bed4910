#include "../exercise.h"

// Exercise 21: a recurrent network with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-21.

/// One step: tanh(W x + b + U h).
/// x (in), h (n), W (n, in), U (n, n), b (n) -> (n). matmul(W, x) is W x; tanh takes a whole tensor.
Tensor step(const Tensor& x, const Tensor& h, const Tensor& W, const Tensor& U, const Tensor& b) { return your_turn; }

/// The derivative of the last state with respect to the first input: D_T U ... D_2 U D_1 W, where D_t = diag(1 - h_t^2).
/// h (T, n) holds the states h_1 to h_T; W (n, in), U (n, n) -> (n, in). select(h, 0, t) is row t.
/// To multiply by diag(s) from the left, multiply row i by s_i: unsqueeze(s, 1) is (n, 1) and broadcasts.
Tensor chain(const Tensor& h, const Tensor& W, const Tensor& U) { return your_turn; }

/// Clipping: a gradient that is longer than max_norm is scaled to that length, any other stays as it is. g (n) -> (n).
Tensor clip(const Tensor& g, double max_norm) { return your_turn; }

#include "exercise_checks.h"
