EXERCISE("the weight of a match",
         "What does exp make of the score of a marked place, and of a score of 0? How many of each are in the sum?") {
  check_equal("three of five places, s = 8", weight_of_a_match(8, 3, 5), 0.333259, 1e-5);
  check_equal("s = 0: all alike", weight_of_a_match(0, 1, 5), 0.2);
}

EXERCISE("each looks at the word before it",
         "Let every word ask with a vector of its own, times s. Whose question must key j answer? And who asks for the last word?") {
  const QueriesAndKeys x = before(4, 30);
  const Tensor map = softmax(matmul(x.Q, transpose(x.K)));
  check_equal("the map", map, tensor({{0.25, 0.25, 0.25, 0.25}, {1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}}));
  const QueriesAndKeys soft = before(3, std::log(2.0));
  check_equal("the map of s = log 2", softmax(matmul(soft.Q, transpose(soft.K))),
              tensor({{1.0 / 3, 1.0 / 3, 1.0 / 3}, {0.5, 0.25, 0.25}, {0.25, 0.5, 0.25}}));
}

EXERCISE("the number of places", "Which weights have a logarithm? And is your result H, or the number of places?") {
  check_equal("uniform, one place, two places", places(tensor({{0.25, 0.25, 0.25, 0.25}, {0, 1, 0, 0}, {0.5, 0, 0, 0.5}})),
              tensor({4, 1, 2}));
  check_equal("1/2, 1/4, 1/4", places(tensor({{0.5, 0.25, 0.25}})), tensor({2.828427}));
}
