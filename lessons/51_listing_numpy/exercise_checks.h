// The listing's arrays, Q turned so that its three tokens stand in rows.
const Tensor q = tensor({{1, 4}, {2, 5}, {3, 6}});
const Tensor K = tensor({{1, 1}, {1, 2}, {2, 3}});
const Tensor V = tensor({{1, 2}, {3, 4}, {5, 6}});

EXERCISE("softmax of any scores", "Subtract the largest score of each row first; then no exponent is above 0.") {
  const Tensor e = tensor({{5, 9, 14}});
  check_equal("(5, 9, 14)", row_softmax(e), tensor({{0.000123, 0.006692, 0.993185}}), 1e-6);
  check_equal("700 more", row_softmax(e + 700), row_softmax(e), 1e-9);
  check_equal("800 less", row_softmax(e - 800), row_softmax(e), 1e-9);
}

EXERCISE("attention", "Scores are q K^T; the weights, not their transpose, times the values.") {
  check_equal("three queries", attention(q, K, V), tensor({{4.986126, 5.986126}, {4.998153, 5.998153}, {4.999752, 5.999752}}), 1e-6);
  check_equal("two queries, three keys", attention(slice(q, 0, 0, 2), K, V), tensor({{4.986126, 5.986126}, {4.998153, 5.998153}}), 1e-6);
}

EXERCISE("is it a mean?", "weights times a column of ones is the sum of each row; how far is it from 1, at most?") {
  const Tensor weights = softmax(matmul(q, transpose(K)));
  check_equal("the weights", distance_from_a_mean(weights), 0, 1e-9);
  check_equal("their transpose", distance_from_a_mean(transpose(weights)), 1.992145, 1e-6);
}
