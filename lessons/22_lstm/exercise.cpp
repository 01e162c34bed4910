#include "../exercise.h"

// Exercise 22: an LSTM with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-22.

/// One step of an LSTM. x (in), before.h and before.c (n), W (4n, in), U (4n, n), b (4n) -> the new h and c.
/// The rows of W, U and b stand in PyTorch's order: the first n for i, then f, g, o. slice(s, 0, n, 2 * n) is the second n of s.
///   i, f, o = sigmoid(W x + b + U h), g = tanh(the same),  c_t = f c_(t-1) + i g,  h_t = o tanh(c_t)
/// Return {h, c}.
nn::LSTMState step(const Tensor& x, const nn::LSTMState& before, const Tensor& W, const Tensor& U, const Tensor& b) { return your_turn; }

/// The derivative of c_T with respect to c_0, number by number, where no gate looks at h: the product of all forget gates.
/// f (T, n) holds the gates of steps 1 to T -> (n).
Tensor path(const Tensor& f) { return your_turn; }

/// After how many steps has f^k fallen to one half, with f = sigmoid(bias)? Not a whole number: solve f^k = 1/2 for k.
double half_life(double bias) { return your_turn; }

#include "exercise_checks.h"
