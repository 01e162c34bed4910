EXERCISE("the queries", "Column 0 is 2 a (i + offset), column 1 is -a in every row.") {
  check_equal("place 2, one to the left, a = 3", select(queries(6, -1, 3), 0, 2), tensor({6, -3}));
  check_equal("place 0, one to the right, a = 1", select(queries(4, 1, 1), 0, 0), tensor({2, -1}));
}

EXERCISE("the keys", "Row r belongs to place j = r - 1.") {
  check_equal("three places and the two beyond", keys(3), tensor({{-1, 1}, {0, 0}, {1, 1}, {2, 4}, {3, 9}}));
}

EXERCISE("one head", "The weights are softmax(matmul(q, transpose(k))); then matmul with the values.") {
  const Tensor v = tensor({0, 1, 0, 3, 2, -1, 4, 0});
  check_equal("place 2 asks to its left, a = 3", select(head(queries(6, -1, 3), keys(6), v), 0, 2), tensor({0.1811})[0]);
}

EXERCISE("the convolution", "One head for each of the offsets -1, 0, 1; their answers times w[0], w[1], w[2] are added up.") {
  const Tensor x = tensor({1, 0, 3, 2, -1, 4}), w = tensor({-1, 2, 0.5});
  check_equal("sharp heads", three_heads(x, w, 20), tensor({2, 0.5, 7, 0.5, -2, 9}));
  check_equal("soft heads", three_heads(x, w, 3), tensor({1.8620, 0.8622, 6.4113, 0.6812, -1.3887, 7.9176}));
}
