EXERCISE("features with places", "The word at place t gets the number t * words + word.") {
  const std::vector<Index> features = place_features({3, 0, 3}, 5);
  check_equal("how many", static_cast<double>(features.size()), 3);
  check_true("3 at 0, 0 at 1, 3 at 2", features == std::vector<Index>{3, 5, 13}, "be 3, 5 and 13");
}

EXERCISE("features with the last word", "The last word is text.back(); each of the others gets the number last * words + word.") {
  const std::vector<Index> features = pair_features({3, 0, 4}, 5);
  check_equal("how many", static_cast<double>(features.size()), 2);
  check_true("3 with 4, 0 with 4", features == std::vector<Index>{23, 20}, "be 23 and 20");
}

EXERCISE("the regression", "sum(embedding(...), 0) has a score for each answer; softmax makes probabilities.") {
  Tensor weights = zeros({4, 8});
  weights.set({1, 2}, 5);
  check_equal("the feature is there", regress({0, 1}, weights).at({2}), 0.9550);
  check_equal("it is not", regress({0, 3}, weights).at({2}), 0.1250);
  weights.set({0, 2}, -5);
  check_equal("two features that cancel", regress({0, 1}, weights).at({2}), 0.1250);
}

EXERCISE("agreement", "Compare place by place and count.") {
  check_equal("two of three", static_cast<double>(agreement({1, 2, 3}, {1, 5, 3})), 2);
}
