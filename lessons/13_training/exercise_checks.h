EXERCISE("the gradient of the loss", "What was said minus what was right: softmax(z), and 1 less at the right class.") {
  Tensor z = tensor({0.0, -0.55, 0.25});
  check_equal("class 0 is right", loss_gradient(z, 0), tensor({-0.6505, 0.2017, 0.4488}), 1e-4);
  z = tensor({2, -1, 0.5, 0}).requires_grad(true);
  cross_entropy(unsqueeze(z, 0), Indices{2}).backward();
  check_equal("class 2 is right", loss_gradient(z.detach(), 2), z.grad());
}

EXERCISE("a hidden layer", "Two linear(), one inside the other, and tanh between them.") {
  const Tensor x = tensor({{1, 0}, {0, 1}}), W1 = tensor({{1, -1}, {0.5, 0}, {0, 2}}), b1 = tensor({0, -0.5, 1});
  const Tensor W2 = tensor({{1, 0, 0}, {0, 1, 1}}), b2 = tensor({0, 10});
  const double first = std::tanh(1.0), second = std::tanh(-0.5) + std::tanh(3.0);
  check_equal("the scores", mlp(x, W1, b1, W2, b2), tensor({{first, 10 + first}, {-first, 10 + second}}));
}

EXERCISE("Adam",
         "First m and v, then ++t; m / (1 - 0.9^t) and v / (1 - 0.999^t); a step is lr times the one over (root of the other + eps).") {
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

EXERCISE("a training", "loss = cross_entropy(scores, target); then adam.zero_grad(), backward() and adam.step().") {
  Rng rng(0);
  nn::Linear first(2, 8, rng), second(8, 2, rng);
  Tensors parameters = first.parameters();
  for (const Tensor& parameter : second.parameters()) parameters.push_back(parameter);
  const double loss = train(parameters, tensor({{0, 0}, {0, 1}, {1, 0}, {1, 1}}), Indices{0, 1, 1, 0}, 1000);
  check_true("the loss on XOR", loss > 0 && loss < 0.01, "end below 0.01, after 0.7 at first");
}
