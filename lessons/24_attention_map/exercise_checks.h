EXERCISE("the weight of a match", "Each marked place has exp(s) before the division, each other place exp(0) = 1.") {
  check_equal("three of five places, s = 8", weight_of_a_match(8, 3, 5), 0.333259, 1e-5);
  check_equal("s = 0: all alike", weight_of_a_match(0, 1, 5), 0.2);
}

EXERCISE("each looks at the word before it",
         "Let word i ask with s times its own vector. Then key j must be the vector of word j + 1, and the last key is 0.") {
  const QueriesAndKeys x = before(4, 30);
  const Tensor map = softmax(matmul(x.Q, transpose(x.K)));
  check_equal("the map", map, tensor({{0.25, 0.25, 0.25, 0.25}, {1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}}));
}

EXERCISE("the number of places", "Add -a log a over the weights of a row that are above 0, then take exp.") {
  check_equal("uniform, one place, two places", places(tensor({{0.25, 0.25, 0.25, 0.25}, {0, 1, 0, 0}, {0.5, 0, 0, 0.5}})),
              tensor({4, 1, 2}));
  check_equal("1/2, 1/4, 1/4", places(tensor({{0.5, 0.25, 0.25}})), tensor({2.828427}));
}
