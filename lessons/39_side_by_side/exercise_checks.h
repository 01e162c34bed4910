EXERCISE("the parameters of an LSTM", "4 (features h + h h + h + h) for the gates, classes (h + 1) for the answer.") {
  check_equal("recall: 10 features, 72 states, 8 classes", static_cast<double>(lstm_parameters(10, 72, 8)), 24776);
  check_equal("images: 28 features, 64 states, 10 classes", static_cast<double>(lstm_parameters(28, 64, 10)), 24714);
}

EXERCISE("the nearest class mean",
         "Means: matmul of the transposed one-hot matrix and x, divided by how many rows each class has. Scores: x.m - m.m / 2.") {
  const Tensor x = tensor({{0, 0}, {2, 0}, {0, 10}, {2, 10}});  // the means are (1, 0) and (1, 10)
  const Indices classes({4}, {0, 0, 1, 1});
  check_equal("rows (0, 4), (0, 6), (9, 4), of classes 0, 1, 1",
              nearest_mean(x, classes, tensor({{0, 4}, {0, 6}, {9, 4}}), Indices({3}, {0, 1, 1}), 2), 2.0 / 3);
}

EXERCISE("the forget gate", "bias.size() / 4 numbers belong to each gate; the forget gate's are the second quarter.") {
  Tensor bias = tensor({1, 2, 3, 4, 5, 6, 7, 8});
  set_forget_gate(bias, 3);
  check_equal("the bias of two states", bias, tensor({1, 2, 3, 3, 5, 6, 7, 8}));
}

EXERCISE("the gradient at the first step", "requires_grad, forward, backward; then the root of the sum of squares of step 0's gradient.") {
  // Scores that are step 0 plus half of step 1: the gradient at step 0 is (p - one_hot) / B, with p = (1/2, 1/2).
  const auto model = [](const Tensor& x) { return select(x, 1, 0) + 0.5 * select(x, 1, 1); };
  check_equal("two classes, scores 0", gradient_at_step_0(model, zeros({1, 2, 2}), Indices({1}, {0})), std::sqrt(0.5));
  check_equal("a batch of four", gradient_at_step_0(model, zeros({4, 2, 2}), Indices({4}, {0, 1, 1, 0})), std::sqrt(0.5) / 2);
}
