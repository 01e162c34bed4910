#include "../exercise.h"

// Exercise 39: what makes a comparison fair, and what the gradient says before it.
//   Write what is missing where it says your_turn, then run make exercise-39.

/// How many numbers an LSTM of h states learns on steps of `features` numbers, with the linear layer to the classes behind it.
/// Four gates, each with a map of the step, a map of the state and two biases (b_ih and b_hh); then h numbers to each class, and a bias.
Index lstm_parameters(Index features, Index h, Index classes) { return your_turn; }

/// The share of test rows that are nearest to the mean row of their class, among `classes` classes.
/// x (N, d), target (N). one_hot(target, classes) is (N, classes), 1 where a row belongs to a class.
/// Nearest: |x - m|^2 = x.x - 2 x.m + m.m, and x.x is the same for every class. accuracy(scores, target) counts the largest scores.
double nearest_mean(const Tensor& train_x, const Indices& train_target, const Tensor& test_x, const Indices& test_target, Index classes) {
  return your_turn;
}

/// Opens (or shuts) the forget gate of an LSTM: sets its part of `bias` (4 h) to `value`. PyTorch's order of the gates is i f g o.
void set_forget_gate(Tensor& bias, double value) { your_turn_here(); }

/// The length of the gradient of cross_entropy(model(x), target) with respect to step 0 of x (B, T, features).
/// x has no gradient yet: x.requires_grad(true). After backward(), x.grad() has the shape of x; select(t, 1, 0) is its step 0.
double gradient_at_step_0(const std::function<Tensor(const Tensor&)>& model, Tensor x, const Indices& target) { return your_turn; }

#include "exercise_checks.h"
