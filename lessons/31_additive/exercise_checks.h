// The numbers of the lesson: one query of width 2, three keys of width 3, four hidden numbers.
const Tensor q = tensor({0.8, -0.4}), two_queries = tensor({{0.8, -0.4}, {-2.0, 1.5}});
const Tensor keys = tensor({{0.1, 0.2, -0.1}, {0.9, -0.6, 0.3}, {-0.2, 0.5, 0.7}});
const Tensor values = tensor({{1, 0}, {0, 2}, {3, 1}});
const Tensor W1 = tensor({{1.0, 0.5}, {-0.5, 1.0}, {0.3, -0.8}, {0.6, 0.2}});
const Tensor W2 = tensor({{0.7, -0.2, 0.1}, {0.2, 0.9, -0.4}, {-0.6, 0.3, 0.8}, {0.4, -0.7, 0.5}});
const Tensor v = tensor({1.5, -1.0, 0.8, 1.2});

EXERCISE("the score of one key", "How many hidden numbers are there, and does each get tanh once, after both its sums?") {
  check_equal("the score of 'the'", score(q, select(keys, 0, 0), W1, W2, v), 1.9856);
  check_equal("the score of 'cat'", score(q, select(keys, 0, 1), W1, W2, v), 3.2849);
}

EXERCISE("all scores at once",
         "Every query must meet every key: the sum is (n, m, h). Which of the two needs an axis of 1, and where? Then v takes the axis of "
         "h away.") {
  check_equal("the scores of one query", scores(unsqueeze(q, 0), keys, W1, W2, v), tensor({{1.9856, 3.2849, 2.2709}}));
  check_equal("the scores of two queries", scores(two_queries, keys, W1, W2, v),
              tensor({{1.9856, 3.2849, 2.2709}, {-3.9573, -2.3702, -3.8267}}));
}

EXERCISE("the weighted sum", "Two steps after the scores, those of sections 3 and 4. If 'all scores at once' is wrong, mend that first.") {
  check_equal("the contexts of two queries", attend(two_queries, keys, values, W1, W2, v), tensor({{0.8322, 1.4446}, {0.6286, 1.5534}}),
              2e-4);
  const Tensor equal = attend(two_queries, ones({3, 3}), values, W1, W2, v);
  check_equal("equal keys: the mean of the values", equal, tensor({{4.0 / 3, 1.0}, {4.0 / 3, 1.0}}));
}
