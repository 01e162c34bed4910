// The numbers of the lesson.
const Tensor X = tensor({{1.0, 0.2, -0.5}, {0.3, 1.2, -0.4}, {-0.6, 0.9, 0.8}, {0.1, -0.7, 1.4}});
const Tensor W_q = tensor({{0.9, 0.1, 0.3}, {0.4, 0.9, 1.1}});
const Tensor Q = tensor({{0.77, 0.03}, {0.27, 0.76}, {-0.21, 1.45}, {0.44, 0.95}});
const Tensor K = tensor({{-0.19, -1.70}, {1.03, -0.81}, {0.58, 1.62}, {-1.61, 1.57}});
const Tensor V = tensor({{-0.04, -0.35}, {-0.49, 0.96}, {0.32, 1.38}, {1.59, -0.32}});
const Tensor S = tensor({{-0.1395, 0.5436, 0.3502, -0.8433},
                         {-0.9499, -0.2386, 0.9813, 0.5363},
                         {-1.7148, -0.9834, 1.5749, 1.8488},
                         {-1.2011, -0.2237, 1.2687, 0.5537}});
const Tensor alpha_eat = tensor({{0.0153, 0.0319, 0.4116, 0.5412}});

EXERCISE("queries", "Words are rows, and W is (2, 3): X W^T. transpose(W) turns it into (3, 2).") { check_equal("Q", project(X, W_q), Q); }

EXERCISE("scores", "Q K^T compares every query with every key; then divide by the square root of the width of a key.") {
  check_equal("S", scores(Q, K), S);
}

EXERCISE("weights", "sum(e, 1, true) adds along each row and keeps the axis, (n, 1), so that e / sum(...) divides row by row.") {
  check_equal("the row of 吃", select(weights(S), 0, 2), select(alpha_eat, 0, 0));
  check_equal("sums of rows", sum(weights(S), 1), ones({4}));
}

EXERCISE("what taking a word away does", "z_i is row i of alpha times V; then the formula as it stands.") {
  check_equal("吃 without 苹果", moved(alpha_eat, V, 0, 3), norm(tensor({1.59, -0.32}) - tensor({0.9760, 0.4200})).item() * 0.5412 / 0.4588,
              1e-3);
}
