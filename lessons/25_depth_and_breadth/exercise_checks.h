// The scores of the lesson.
const Tensor scores = tensor({2.0, 1.0, 0.5, 0.0, -1.0});

EXERCISE("a softmax with a temperature", "If only T = 0.001 is wrong: what is the largest number that exp meets? It should be 0.") {
  check_equal("T = 1", with_temperature(scores, 1), tensor({0.5630, 0.2071, 0.1256, 0.0762, 0.0280}));
  check_equal("T = 0.5", with_temperature(scores, 0.5), tensor({0.8292, 0.1122, 0.0413, 0.0152, 0.0021}));
  check_equal("T = 0.001, which must not overflow", with_temperature(scores, 0.001), tensor({1, 0, 0, 0, 0}));
}

EXERCISE("the number of places", "sum(alpha * alpha).item() is a number.") {
  check_equal("four equal weights", number_of_places(full({4}, 0.25)), 4);
  check_equal("T = 2", number_of_places(tensor({0.3745, 0.2272, 0.1769, 0.1378, 0.0836})), 4.0134, 2e-3);
}

EXERCISE("the slope of the entropy", "m is a mean with the weights alpha, not the plain mean. Does alpha feel T too?") {
  for (double T : {0.5, 1.0, 2.0}) {
    Tensor temperature = tensor({T}).requires_grad(true);
    entropy(softmax(scores / temperature)).backward();
    check_equal("T = " + std::to_string(T).substr(0, 3) + ", against backward()", entropy_slope(scores, T), temperature.grad().item());
  }
}

EXERCISE("scores that need no temperature", "softmax takes exp of the scores: exp of what is 1 / variance?") {
  check_equal("variances 1/4, 1/2, 1, 2, 4", softmax(scores_for(tensor({0.25, 0.5, 1, 2, 4}))), tensor({16, 8, 4, 2, 1}) / 31);
}
