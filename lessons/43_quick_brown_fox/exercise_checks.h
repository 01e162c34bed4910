// Three English words, two French ones, d_model = 2, d_k = 1, d_v = 3.
const Tensor X = tensor({{1, 0}, {0, 1}, {1, 1}}), Y = tensor({{2, 0}, {0, 0}});
const Matrices w{tensor({{1, 0}}), tensor({{0, 1}}), tensor({{1, 0}, {0, 1}, {1, 1}})};
// q = (2, 0), k = (0, 1, 1), v = (1, 0, 1), (0, 1, 1), (1, 1, 2). The query 0 takes the mean of the three values; the query 2 has the scores
// 0, 2, 2, so the weights 1, e^2, e^2 over 1 + 2 e^2.
const double far = std::exp(2.0), near = 1 / (1 + 2 * far);
const Tensor right = tensor({{near + near * far, 2 * near* far, near + 3 * near* far}, {2.0 / 3, 2.0 / 3, 4.0 / 3}});

EXERCISE("cross-attention", "Q from Y; K and V from X; the scores are (m, n), so softmax runs along the English words.") {
  check_equal("output", cross_attention(X, Y, w), right);
  check_equal("one French word", cross_attention(X, slice(Y, 0, 0, 1), w), slice(right, 0, 0, 1));
}

EXERCISE("self-attention over both sentences", "n zeros and m ones in the mask; the French rows are the last m.") {
  check_equal("French rows", by_self_attention(X, Y, w), right);
  check_equal("the sentences exchanged", by_self_attention(Y, X, w), cross_attention(Y, X, w));
}

EXERCISE("what a translator may look at", "Only French keys are ever hidden: key >= english. Of these, the ones behind the row.") {
  const bool table[5][5] = {{false, false, true, true, true},
                            {false, false, true, true, true},
                            {false, false, false, true, true},
                            {false, false, false, false, true},
                            {false, false, false, false, false}};
  for (Index row = 0; row < 5; ++row)
    for (Index key = 0; key < 5; ++key)
      check_true("row " + std::to_string(row) + ", key " + std::to_string(key) + " of 2 English and 3 French words",
                 hidden(row, key, 2) == table[row][key], table[row][key] ? "be hidden" : "be seen");
}

EXERCISE("a dictionary or not",
         "Row by row: is the place of the largest weight the right one? A share is a count over the number of rows, not a whole number.") {
  const Tensor weights = tensor({{0.7, 0.2, 0.1}, {0.1, 0.3, 0.6}, {0.2, 0.7, 0.1}, {0.4, 0.35, 0.25}});
  check_equal("share", share_at_translation(weights, {0, 2, 1, 2}), 0.75);
  check_equal("share", share_at_translation(weights, {1, 0, 0, 1}), 0);
}
