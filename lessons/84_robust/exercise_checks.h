// The linear model of the lesson: 'bag' if w . x is above 0. The loss of the answer 'bag' is -w . x.
const Tensor x = tensor({0.6, 0.4, 0.5, 0.3}), w = tensor({2, -1, 0.5, -3});
const std::function<Tensor(const Tensor&)> loss_of_bag = [w = w](const Tensor& picture) { return -sum(w * picture); };

EXERCISE("the sign", "Two where(), one inside the other; or the difference of two.") {
  check_equal("of 3, -0.5 and 0", sign_of(tensor({3, -0.5, 0})), tensor({1, -1, 0}));
}

EXERCISE("the attack",
         "loss(copy).backward(), then copy.detach() + eps * sign_of(copy.grad()), then clamp. If 'the sign' is wrong, mend that first.") {
  check_equal("one step against 'bag'", attack(loss_of_bag, x, 0.1), tensor({0.5, 0.5, 0.4, 0.4}));
  check_equal("never below 0 or above 1", attack(loss_of_bag, x, 0.5), tensor({0.1, 0.9, 0, 0.8}));
}

EXERCISE("how far", "With the right signs all |w| add up. With random signs the squares do.") {
  check_equal("by the attack", change_by_attack(w, 0.1), 0.65);
  check_equal("by noise", change_by_noise(w, 0.1), 0.3775);
}

EXERCISE("one of many steps", "attack(loss, at, step), then minimum(maximum(..., x - eps), x + eps).") {
  const Tensor once = one_of_many(loss_of_bag, x, x, 0.06, 0.1), twice = one_of_many(loss_of_bag, once, x, 0.06, 0.1);
  check_equal("the first step", once, tensor({0.54, 0.46, 0.44, 0.36}));
  check_equal("the second stops at eps", twice, tensor({0.5, 0.5, 0.4, 0.4}));
}
