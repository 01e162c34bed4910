#include "../exercise.h"

// Exercise 84: noise and attack, with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-84.

/// 1 where x is above 0, -1 where it is below, 0 at 0.  where(mask, a, b) chooses number by number; x > 0 is a mask.
Tensor sign_of(const Tensor& x) { return your_turn; }

/// FGSM: x moved by eps in each pixel so that the loss rises, and kept between 0 and 1.
/// `loss` makes a single number of a picture. Take a copy that requires a gradient: x.detach().clone().requires_grad(true).
Tensor attack(const std::function<Tensor(const Tensor&)>& loss, const Tensor& x, double eps) { return your_turn; }

/// How far FGSM changes a linear score w . x / how far noise of that size changes it as a rule (the root of the mean square).
double change_by_attack(const Tensor& w, double eps) { return your_turn; }
double change_by_noise(const Tensor& w, double eps) { return your_turn; }

/// One smaller step of a longer attack: from `at` by `step` against the answer, but no pixel further than eps from x.
/// minimum and maximum hold each number between two others.
Tensor one_of_many(const std::function<Tensor(const Tensor&)>& loss, const Tensor& at, const Tensor& x, double step, double eps) {
  return your_turn;
}

#include "exercise_checks.h"
