// The three places of the lesson.
const Tensor theta = tensor({0.5, 0, -0.5}), pi = tensor({0.5065, 0.3072, 0.1863}), r = tensor({1.0, 0.2, 0.4});

EXERCISE("one try", "1_j - pi is 1 - pi_j at place j and -pi_i at every other place. Multiply it by reward - baseline.") {
  check_equal("place 0, reward 1", one_try(0, 1, 0, pi), tensor({0.4935, -0.3072, -0.1863}));
  check_equal("place 2, reward 0.4", one_try(2, 0.4, 0, pi), tensor({-0.2026, -0.1229, 0.3255}));
  Tensor mean = zeros({3});
  for (Index j = 0; j < 3; ++j) mean = mean + pi.at({j}) * one_try(j, r.at({j}) + 5, 5.6424, pi);
  check_equal("the mean over all cases, r + 5 and b = 5.6424", mean, tensor({0.1811, -0.1359, -0.0452}), 2e-4);
}

EXERCISE("two looks", "log pi_first + log(pi_second / (1 - pi_first)).") {
  check_equal("first 0, then 2", std::exp(log_pi_of_two(0, 2, theta)), 0.1912);
  double total = 0;
  for (Index i = 0; i < 3; ++i)
    for (Index j = 0; j < 3; ++j) total += i == j ? 0 : std::exp(log_pi_of_two(i, j, theta));
  check_equal("all six orders together", total, 1);
}

EXERCISE("the loss", "mean(...) of the sum, with cost.detach() in the second place only.") {
  for (double baseline : {0.0, 7.0}) {
    Tensor score = zeros({3}).requires_grad(true), weight = tensor({2}).requires_grad(true);
    const Tensor costs = weight * tensor({0.5, 0.1, 0.2});  // one try at each of three equally probable places
    loss(costs, log_softmax(score), baseline).backward();
    check_equal("the gradient of the scores, b = " + std::to_string(static_cast<int>(baseline)), score.grad(),
                tensor({0.155556, -0.111111, -0.044444}));
    check_equal("the gradient of what the cost is made of", weight.grad(), tensor({0.266667}));
  }
}
