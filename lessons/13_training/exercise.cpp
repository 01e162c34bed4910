#include "../exercise.h"

// Exercise 13: a step of training, with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-13.

/// The gradient of cross-entropy with respect to the scores: dL/dz for scores z (C) and a right class. Use softmax(z), and set() one number.
Tensor loss_gradient(const Tensor& z, Index right) { return your_turn; }

/// A hidden layer: scores of each row of x.   x (n, in), W1 (h, in), b1 (h), W2 (out, h), b2 (out) -> (n, out).
/// linear(x, W, b) is x W^T + b.
Tensor mlp(const Tensor& x, const Tensor& W1, const Tensor& b1, const Tensor& W2, const Tensor& b2) { return your_turn; }

/// What Adam keeps for each weight between steps.
struct Means {
  Tensor m, v;   // running means of g and of g^2, zeros at first
  double t = 0;  // steps made
};
/// One step of Adam: changes the means, and returns the new weights.   w, g (n) -> (n).
/// beta1 = 0.9, beta2 = 0.999, eps = 1e-8. Formulas with tensors will do: 0.9 * means.m + 0.1 * g.
Tensor adam_step(const Tensor& w, const Tensor& g, double lr, Means& means) { return your_turn; }

/// Trains on all of x at once, so many steps: scores, loss, zero_grad, backward, step. Returns the loss that the last step began with.
double train(const Tensors& parameters, const Tensor& x, const Indices& target, Index steps) {
  optim::Adam adam(parameters, 0.02);
  double loss = 0;
  for (Index step = 0; step < steps; ++step) {
    // the scores are mlp(x, parameters[0], ..., parameters[3])
    your_turn_here();
  }
  return loss;
}

#include "exercise_checks.h"
