EXERCISE("the gradient of the loss", "What was said minus what was right. What was right is 1 for one class, and 0 for the others.") {
  Tensor z = tensor({0.0, -0.55, 0.25});
  check_equal("class 0 is right", loss_gradient(z, 0), tensor({-0.6505, 0.2017, 0.4488}), 1e-4);
  z = tensor({2, -1, 0.5, 0}).requires_grad(true);
  cross_entropy(unsqueeze(z, 0), Indices{2}).backward();
  check_equal("class 2 is right", loss_gradient(z.detach(), 2), z.grad());
}

EXERCISE("a hidden layer", "Section 5 of the page has the two lines. Which of them reads x, and what does the other one read?") {
  const Tensor x = tensor({{1, 0}, {0, 1}}), W1 = tensor({{1, -1}, {0.5, 0}, {0, 2}}), b1 = tensor({0, -0.5, 1});
  const Tensor W2 = tensor({{1, 0, 0}, {0, 1, 1}}), b2 = tensor({0, 10});
  const double first = std::tanh(1.0), second = std::tanh(-0.5) + std::tanh(3.0);
  check_equal("the scores", mlp(x, W1, b1, W2, b2), tensor({{first, 10 + first}, {-first, 10 + second}}));
}

EXERCISE("Adam",
         "The three lines stand in section 4 of the page. t counts the step that is being made: the first one divides by 1 - 0.9^1. And "
         "means must have changed when the function returns.") {
  Tensor w = ones({2}), theirs = ones({2}).requires_grad(true);
  const Tensor steepness = tensor({1, 100});
  Means means{zeros({2}), zeros({2})};
  optim::Adam adam({theirs}, 0.03);
  for (int step = 1; step <= 5; ++step) {
    w = adam_step(w, steepness * w, 0.03, means);
    adam.zero_grad();
    (sum(steepness * theirs * theirs) / 2).backward();
    adam.step();
    if (step == 1) check_equal("after one step", w, tensor({0.97, 0.97}));
  }
  check_equal("after five steps", w, theirs.detach());
}

EXERCISE("a training",
         "If 'a hidden layer' is wrong, mend that first. If the loss stays near 0.69: does every round make new scores, clear the old "
         "gradients before backward(), and take a step after it?") {
  const Tensor x = tensor({{0, 0}, {0, 1}, {1, 0}, {1, 1}});
  const Indices target{0, 1, 1, 0};
  for (Index steps : {1, 50, 1000}) {
    Rng rng(0), same(0);
    nn::Linear first(2, 8, rng), second(8, 2, rng), their_first(2, 8, same), their_second(8, 2, same);  // the same start, twice
    Tensors yours = first.parameters(), theirs = their_first.parameters();
    for (const Tensor& parameter : second.parameters()) yours.push_back(parameter);
    for (const Tensor& parameter : their_second.parameters()) theirs.push_back(parameter);
    optim::Adam adam(theirs, 0.02);
    Tensor loss;
    for (Index step = 0; step < steps; ++step) {
      loss = cross_entropy(their_second(tanh(their_first(x))), target);
      adam.zero_grad();
      loss.backward();
      adam.step();
    }
    check_equal("the loss on XOR in step " + std::to_string(steps), train(yours, x, target, steps), loss.item(), 1e-3);
    check_equal("b2 after it", yours[3].detach(), theirs[3].detach(), 1e-2);
  }
}
