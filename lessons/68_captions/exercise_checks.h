// The picture of the lesson.
const Tensor picture = tensor({{0, 0.2, 0.9, 1}, {0.1, 0.3, 0.8, 1}, {0.5, 0.5, 0, 0}, {0.4, 0.6, 0, 0.1}});

EXERCISE("patches", "(H / size, size, W / size, size): which axes must come first, so that a patch is one row?") {
  check_equal("of the lesson's picture", cut(picture, 2),
              tensor({{0, 0.2, 0.1, 0.3}, {0.9, 1, 0.8, 1}, {0.5, 0.5, 0.4, 0.6}, {0, 0, 0, 0.1}}));
  check_equal("two by three", cut(reshape(arange(24), {4, 6}), 2),
              tensor({{0, 1, 6, 7}, {2, 3, 8, 9}, {4, 5, 10, 11}, {12, 13, 18, 19}, {14, 15, 20, 21}, {16, 17, 22, 23}}));
}

EXERCISE("how likely a name is", "log of a product is the sum of the logs. Softmax runs over the words, the last axis.") {
  check_equal("two words of two", log_p_of(zeros({2, 2}), {0, 1}), std::log(0.25));
  check_equal("one sure word", log_p_of(tensor({{0, 100}, {0, 0}}), {1, 0}), std::log(0.5));
}

EXERCISE("a hidden patch", "Two loops over the square. The picture that was given must stay as it was.") {
  const Tensor hidden = without(picture, 2, 1, 2);
  check_equal("hidden", hidden, tensor({{0, 0.2, 0.9, 1}, {0.1, 0.3, 0.8, 1}, {0.5, 1, 1, 0}, {0.4, 1, 1, 0.1}}));
  check_equal("the picture itself", picture.at({2, 1}), 0.5);
}

EXERCISE("the share of a map in a box", "The sum in the box by the sum of all.") {
  check_equal("an even map", share_in(ones({4, 4}), 1, 1, 2, 3), 6.0 / 16);
  check_equal("all of it", share_in(picture, 0, 0, 4, 4), 1);
}
