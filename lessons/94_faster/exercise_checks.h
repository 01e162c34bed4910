// The numbers of section 2: three keys, three values, a query that looks at one place and one that looks everywhere.
const Tensor K = tensor({{1, 0}, {0, 1}, {-1, 1}}), V = tensor({{1, 0}, {0, 2}, {3, 1}}), Q = tensor({{20, 0}, {0, 0}});

EXERCISE("skip", "Three loops as for any product. Before the innermost one: is this weight worth it? Count in the innermost one.") {
  const Tensor alpha = scaled_dot_product_attention(Q, K, V).weights;
  Index all = 0, left = 0;
  check_equal("nothing skipped", skip(alpha, V, 0, all), tensor({{1, 0}, {4.0 / 3, 1}}));
  check_equal("multiply-adds", static_cast<double>(all), 12);
  check_equal("small weights skipped", skip(alpha, V, 0.01, left), tensor({{1, 0}, {4.0 / 3, 1}}));
  check_equal("multiply-adds left", static_cast<double>(left), 8);
}

EXERCISE("share left", "All scores: n n d. Without skipping the weighted sums cost as much again; with skipping, d for each weight used.") {
  check_equal("section 2: 4 of 6 weights used, two queries, three keys", share_left(2, 3, 2, 4), 10.0 / 12);
  check_equal("nothing used", share_left(128, 128, 64, 0), 0.5);
  check_equal("all used", share_left(128, 128, 64, 128 * 128), 1);
}

EXERCISE("force", "W holds the rows of queries, keys and values, a third each. Only the first third is multiplied.") {
  const Tensor W = tensor({{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}, {11, 12}});
  check_equal("queries times 10", force(W, 10), tensor({{10, 20}, {30, 40}, {5, 6}, {7, 8}, {9, 10}, {11, 12}}));
  check_equal("queries times 0", force(W, 0), tensor({{0, 0}, {0, 0}, {5, 6}, {7, 8}, {9, 10}, {11, 12}}));
}

EXERCISE("one query", "The mean of the rows is the only query. mean(x, 0, true) is (1, d).") {
  const Tensor x = tensor({{1, 0}, {0, 2}, {2, 1}});
  check_equal("three words", one_query(x), scaled_dot_product_attention(tensor({{1, 1}}), x, x).output);
  check_equal("equal words", one_query(ones({4, 2})), ones({1, 2}));
}
