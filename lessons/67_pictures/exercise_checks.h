EXERCISE("patches", "(4, 6) with p = 2: reshape to (2, 2, 3, 2), permute {0, 2, 1, 3}, reshape to (6, 4).") {
  const Tensor picture = reshape(arange(24), {4, 6});
  const Tensor right = tensor({{0, 1, 6, 7}, {2, 3, 8, 9}, {4, 5, 10, 11}, {12, 13, 18, 19}, {14, 15, 20, 21}, {16, 17, 22, 23}});
  check_equal("4 x 6 in patches of 2 x 2", patches_of(picture, 2), right);
  check_equal("one patch", patches_of(picture.reshape({1, 24}), 1), picture.reshape({24, 1}));
}

EXERCISE("hide the most attended patch", "Start with zeros; set mark b * patches + argmax of row b.") {
  const Mask mask = hide_most(tensor({{0.1, 0.7, 0.2}, {0.5, 0.1, 0.4}}));
  check_true("the mask", mask.shape == Shape{2, 3} && mask.hidden == std::vector<std::uint8_t>{0, 1, 0, 1, 0, 0},
             "be [[0, 1, 0], [1, 0, 0]]");
}

EXERCISE("overlap", "min of the right sides minus max of the left sides is the width of what they share, if it is above 0.") {
  check_equal("half over half", overlap({0, 0, 4, 2}, {2, 0, 6, 2}), 1.0 / 3);
  check_equal("one inside the other", overlap({0, 0, 4, 4}, {1, 1, 3, 3}), 0.25);
  check_equal("the same", overlap({1, 2, 3, 5}, {1, 2, 3, 5}), 1);
  check_equal("side by side", overlap({0, 0, 1, 1}, {3, 3, 4, 4}), 0);
}

EXERCISE("average precision", "After i entries with r right ones the precision is r / i.") {
  check_equal("right, wrong, right, wrong; 2 objects", average_precision({true, false, true, false}, 2), (1 + 2.0 / 3) / 2);
  check_equal("the same, 4 objects", average_precision({true, false, true, false}, 4), (1 + 2.0 / 3) / 4);
  check_equal("nothing found", average_precision({}, 3), 0);
}
