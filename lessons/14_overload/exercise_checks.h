// The numbers of the lesson: four voices.
const Tensor keys = tensor({{0.3, -0.2}, {2.1, 0.4}, {-0.5, 1.0}, {0.2, -0.7}}), values = tensor({-1.4, 1, 0.3, -0.9}),
             w = tensor({1.5, 0.5});

EXERCISE("how well a mean hears", "x is 1 / std::sqrt(n - 1.0).") {
  check_equal("two voices", mean_right(2), 0.841345);
  check_equal("17 voices", mean_right(17), 0.598706);
}

EXERCISE("a weight for each voice", "matmul(keys, w) is a score for each voice; softmax makes weights of them.") {
  check_equal("the weights", weights_of(keys, w), tensor({0.0448, 0.9005, 0.0246, 0.0301}), 1e-4);
  check_equal("w = 0: the mean", weights_of(keys, zeros({2})), full({4}, 0.25));
}

EXERCISE("what is heard", "Each weight times its value, then sum(...).item().") {
  check_equal("weighted", listen(keys, values, w), 0.8181, 1e-4);
  check_equal("with w = 0, the mean", listen(keys, values, zeros({2})), -0.25);
}

EXERCISE("Bayes' rule", "The quotient of the two densities is exp((|k|^2 - |k - mark u|^2) / 2); sum(x * x, 1) is |k|^2 for each row.") {
  const Tensor u = tensor({0.6, 0.8});
  const Tensor p = probabilities(keys, u, 2);
  check_equal("their sum", sum(p).item(), 1);
  check_equal("the weights that attention gives with w = 2 u", p, softmax(matmul(keys, 2 * u)));
}
