EXERCISE("cross-attention", "Scores: one matmul, divided by the root of d = queries.size(1). Then softmax, then another matmul.") {
  const Tensor queries = tensor({{4, 0}, {0, 4}}), keys = tensor({{1, 0}, {0, 0}, {0, 1}}), columns = tensor({{0}, {1}, {2}});
  check_equal("the columns that 'ring' and 'cross' see", cross_attention(queries, keys, columns), tensor({{0.1586}, {1.8414}}), 1e-3);
  check_equal("one word, equal keys: the mean", cross_attention(tensor({{1, 2}}), ones({2, 2}), tensor({{3}, {5}})), tensor({{4.0}}));
}

EXERCISE("one sequence for both", "In each row, first a 1 for every word, then a 0 for every cell.") {
  const Mask mask = hide_words(2, 3);
  check_true("the mask", mask.shape == Shape{2, 5} && mask.hidden == std::vector<std::uint8_t>{1, 1, 0, 0, 0, 1, 1, 0, 0, 0},
             "be two rows of 1 1 0 0 0");
}

EXERCISE("does the map point at the object?", "Count the rows whose argmax is where[n], and divide by the number of rows.") {
  const Tensor weights = tensor({{0.7, 0.2, 0.1}, {0.3, 0.3, 0.4}, {0.1, 0.8, 0.1}, {0.5, 0.4, 0.1}});
  check_equal("three of four", points_at(weights, {0, 2, 1, 1}), 0.75);
  check_equal("none", points_at(weights, {1, 0, 0, 2}), 0);
}
