const Tensor scores = tensor({{5, 9, 14}, {7, 12, 19}, {9, 15, 24}});

EXERCISE("hide the future", "Place (i, j) is hidden if j > i.") {
  const Mask mask = future(3);
  check_equal("shape", std::string(mask.shape.text()), "(3, 3)");
  std::string marks;
  for (auto hidden : mask.hidden) marks += hidden ? '1' : '0';
  check_equal("row after row, 1 for hidden", marks, "011001000");
}

EXERCISE("fill what is hidden", "A Tensor is a handle: set() on the one that is given changes the caller's scores too. Fill a copy.") {
  const Tensor given = tensor({{5, 9, 14}});
  check_equal("the third key hidden", hide(given, Mask({1, 3}, {0, 0, 1})), tensor({{5, 9, -infinity}}));
  check_equal("the scores that were given, afterwards", given, tensor({{5, 9, 14}}));
  check_equal("nothing hidden", hide(scores, Mask({3, 3}, {0, 0, 0, 0, 0, 0, 0, 0, 0})), scores);
}

EXERCISE("weights, also of an empty row", "softmax of an all-hidden row by the formula is nan: find such rows and leave their weights 0.") {
  check_equal("one key hidden", weights(tensor({{5, 9, -infinity}})), tensor({{0.0180, 0.9820, 0}}));
  check_equal("all hidden", weights(tensor({{-infinity, -infinity, -infinity}, {0, 0, -infinity}})), tensor({{0, 0, 0}, {0.5, 0.5, 0}}));
}
