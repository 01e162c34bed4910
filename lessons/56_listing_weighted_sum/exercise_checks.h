const Tensor x = tensor({1, 2, 3, 4, 5});

EXERCISE("a weight for every number",
         "One score for each number: how well does it fit the query? The function named above makes weights of scores.") {
  check_equal("query 1", weights(1, x), tensor({0.011656, 0.031685, 0.086129, 0.234122, 0.636409}), 1e-6);
  check_equal("query 800", weights(800, x), tensor({0, 0, 0, 0, 1}));
}

EXERCISE("the weighted sum", "weights() has a number for each number of x.") {
  check_equal("query 1", result(1, x), 4.451942, 1e-6);
  check_equal("query -1 mirrors it", result(-1, x), 6 - 4.451942, 1e-6);
}

EXERCISE("how fast it grows", "The mean of the squares minus the square of the mean, both under the weights.") {
  check_equal("query 1", slope(1, x), 0.749932, 1e-6);
  check_equal("by a small difference", slope(0.3, x), (result(0.3 + 1e-4, x) - result(0.3 - 1e-4, x)) / 2e-4, 1e-5);
}

EXERCISE("the query for a result",
         "Try the middle of the interval. Is its result too small? Then the query lies in the upper half. A hundred halvings are plenty.") {
  check_equal("for 1.5", query_for(1.5, x), -1.067391, 1e-5);
  check_equal("for the mean", query_for(3, x), 0, 1e-5);
}
