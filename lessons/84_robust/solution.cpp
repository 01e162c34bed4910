#include "../exercise.h"

#include "example.h"
#include "runs.h"

Tensor sign_of(const Tensor& x) { return where(x > 0, 1, where(x < 0, -1, 0)); }

Tensor attack(const std::function<Tensor(const Tensor&)>& loss, const Tensor& x, double eps) {
  const Tensor copy = x.detach().clone().requires_grad(true);
  loss(copy).backward();
  return clamp(copy.detach() + eps * sign_of(copy.grad()), 0, 1);
}

double change_by_attack(const Tensor& w, double eps) { return eps * sum(abs(w)).item(); }
double change_by_noise(const Tensor& w, double eps) { return eps * norm(w).item(); }

Tensor one_of_many(const std::function<Tensor(const Tensor&)>& loss, const Tensor& at, const Tensor& x, double step, double eps) {
  return minimum(maximum(attack(loss, at, step), x - eps), x + eps);
}

#include "exercise_checks.h"

// ---- The numbers in the page's answers

TEST_CASE("answer 1: how large must eps be?") {
  const Example example;
  check_equal("the attack", example.score(example.x) / change_by_attack(w, 1), 0.0231, 1e-3);
  double turned = 0;
  for (double score : example.all_noise()) turned += score < 0;
  check_equal("noise that turns the answer over, of 16", turned, 5);
}

TEST_CASE("answer 2: many pixels of equal weight") {
  for (double pixels : {4.0, 196.0, 784.0}) {
    const Tensor equal = ones({static_cast<Index>(pixels)});
    check_equal("attack over noise", change_by_attack(equal, 0.1) / change_by_noise(equal, 0.1), std::sqrt(pixels));
  }
}

TEST_CASE("answer 3: in a linear model of two classes ten steps are one") {
  Tensor at = x;
  for (int step = 0; step < 10; ++step) at = one_of_many(loss_of_bag, at, x, 0.025, 0.1);
  check_equal("the same picture", at, attack(loss_of_bag, x, 0.1));
}

TEST_CASE("answer 4: adversarial training with a smaller and a larger eps") {
  const Pictures train(datasets::Part::train, 2500), test(datasets::Part::test, 500);
  if (!train.instead.empty()) return;  // other pictures, other numbers
  const std::vector<std::array<double, 3>> expected{{0.03, 0.73, 0.39}, {0.1, 0.70, 0.49}, {0.2, 0.61, 0.50}};
  for (const auto& [eps, clean, under] : expected) {
    const std::unique_ptr<Model> model = trained("linear", train, Diet::attack, 5, 0, false, eps);
    check_equal("clean, eps " + at(eps), right(*model, test.x, test.target), clean, 0.02);
    check_equal("attacked, eps " + at(eps), right(*model, attacked(*model, test.x, test.target, 0.1), test.target), under, 0.02);
  }
}
