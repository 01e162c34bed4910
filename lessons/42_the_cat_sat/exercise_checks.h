// The numbers of the lesson: The cat sat on the mat, and who and where.
const Tensor X = tensor({{0.1, 0.0, 0.2}, {1.2, 0.3, -0.4}, {0.6, 1.1, 0.2}, {-0.3, 0.4, 0.9}, {0.1, 0.0, 0.2}, {-0.2, 0.1, 1.3}});
const Tensor Y = tensor({{1.5, 0.8, -0.5}, {-0.4, 0.3, 1.6}});
const Tensor e = tensor({{0.05, 0.28}, {2.24, -1.03}, {1.68, 0.41}, {-0.58, 1.68}, {0.05, 0.28}, {-0.87, 2.19}});
const Tensor alpha = tensor({{0.0589, 0.0703}, {0.5265, 0.0190}, {0.3008, 0.0801}, {0.0314, 0.2852}, {0.0589, 0.0703}, {0.0235, 0.4750}});
const Tensor z = tensor({{0.8100, 0.5037, -0.0681}, {-0.0957, 0.2554, 0.9108}});

EXERCISE("weights over the words",
         "Each column of e belongs to one output, and its weights must sum to 1: along which axis does a column run?") {
  check_equal("alpha", over_words(e), alpha);
  check_equal("sums over the words", sum(over_words(e), 0), ones({2}));
}

EXERCISE("the weighted sum", "(outputs, words) times (words, d): turn alpha round.") {
  check_equal("z", weighted_sum(alpha, X), z, 1e-3);
  check_equal("equal words", weighted_sum(alpha, expand(tensor({{1, 2, 3}}), {6, 3})), expand(tensor({{1, 2, 3}}), {2, 3}), 1e-3);
}

EXERCISE("a mean or not", "z_j adds over i, the words. Which sums of alpha must then be 1, and how many of them are there?") {
  check_true("softmax(e, 0)", makes_means(softmax(e, 0)), "be found right");
  check_true("softmax(e, 1), the formula as printed,", !makes_means(softmax(e, 1)), "be found wrong");
  check_true("softmax over the rows of six outputs", !makes_means(softmax(matmul(X, transpose(X)), 1)), "be found wrong");
}

EXERCISE("the library", "Who asks, and who is asked? And plain scores are multiplied by 1, not by 1 / sqrt(d).") {
  check_equal("z", by_library(X, Y), z);
}
