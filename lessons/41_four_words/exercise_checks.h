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

EXERCISE("queries", "Words are rows: X is (4, 3), W is (2, 3), and (4, 2) must come out. Which inner sizes must meet?") {
  check_equal("Q", project(X, W_q), Q);
}

EXERCISE("scores", "Every query meets every key: (n, d_k) and (m, d_k) become (n, m). Which size is d_k?") {
  check_equal("S", scores(Q, K), S);
  check_equal("keys of width 4", scores(tensor({{1, 2, 3, 4}}), ones({2, 4})), tensor({{5, 5}}));
}

EXERCISE("weights", "If the sums of rows are not 1: along which axis do you add? Without keepdim the division goes column by column.") {
  check_equal("the row of 吃", select(weights(S), 0, 2), select(alpha_eat, 0, 0));
  check_equal("sums of rows", sum(weights(S), 1), ones({4}));
}

EXERCISE("what taking a word away does", "z_i is not among the arguments. Which weights make it, and of what?") {
  check_equal("吃 without 苹果", moved(alpha_eat, V, 0, 3), norm(tensor({1.59, -0.32}) - tensor({0.9760, 0.4200})).item() * 0.5412 / 0.4588,
              1e-3);
  check_equal("the second of two words without the first", moved(tensor({{0.5, 0.5}, {0.25, 0.75}}), tensor({{0, 4}, {0, 0}}), 1, 0), 1);
}
