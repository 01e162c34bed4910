EXERCISE("look one word to the left", "Row i has its one score at column i - 1; row 0 has none, so its weights are all the same.") {
  const Tensor alpha = look_left(8, 6);
  check_equal("the weight on the word before", alpha.at({7, 6}), 0.9829);
  check_equal("the weight on any other word", alpha.at({7, 0}), 0.0024);
  check_equal("the first word", select(look_left(4, 6), 0, 0), full({4}, 0.25));
}

EXERCISE("turn over", "Two relus: the first is 1 only for p = 1 and n = 1, the second only for p = -1 and n = 1.") {
  check_equal("rise, fall, not rise, not fall", turn_over(tensor({1, -1, 1, -1}), tensor({0, 0, 1, 1})), tensor({1, -1, -1, 1}));
  check_equal("'not fall' with the weight of the lesson", turn_over(tensor({-1.0}), tensor({0.9829})), tensor({0.9316}), 2e-4);
}

EXERCISE("the hit rate", "Count the days where both are the same, and divide by the days.") {
  check_equal("three of four", hit_rate({1, 1, -1, -1}, {1, -1, -1, -1}), 0.75);
}

EXERCISE("the deviation of a coin", "The root of one quarter divided by the days.") {
  check_equal("250 days", deviation_of_a_coin(250), 0.0316);
  check_equal("four times as many days: half of it", deviation_of_a_coin(1000), 0.0158);
}
