// The numbers of the lesson: 我 喜欢 吃 苹果, a row of three numbers each.
const Tensor X = tensor({{1.0, 0.2, -0.5}, {0.3, 1.2, -0.4}, {-0.6, 0.9, 0.8}, {0.1, -0.7, 1.4}});
const Tensor W_q = tensor({{0.9, 0.1, 0.3}, {0.4, 0.9, 1.1}});
const Tensor W_k = tensor({{-0.7, 0.8, -0.7}, {-1.1, 0.0, 1.2}});
const Tensor W_v = tensor({{0.5, -0.2, 1.0}, {-0.4, 1.0, 0.3}});

EXERCISE("one word's query, key and value", "Take one number of y first. Which row of W makes it? Each of the sums starts at 0.") {
  check_equal("q of 吃", project(W_q, select(X, 0, 2)), tensor({-0.21, 1.45}));
  check_equal("k of 苹果", project(W_k, select(X, 0, 3)), tensor({-1.61, 1.57}));
}

EXERCISE("all words at once",
         "The four steps stand under 'The idea' on the page. d is the width of a query, not that of a word. Which of the two results goes "
         "first in {output, weights}?") {
  const Attended all = self_attention(X, W_q, W_k, W_v);
  check_equal("the weights of 吃", select(all.weights, 0, 2), tensor({0.0153, 0.0319, 0.4116, 0.5412}));
  check_equal("z of 我 and 吃", stack({select(all.output, 0, 0), select(all.output, 0, 2)}), tensor({{0.0585, 0.7137}, {0.9760, 0.4200}}));
  const Tensor first_number = tensor({{1, 0, 0}});
  check_equal("d = 1", self_attention(tensor({{0, 5, 5}, {1, 5, 5}}), first_number, first_number, first_number).output,
              tensor({{0.5}, {std::exp(1.0) / (1 + std::exp(1.0))}}));
  const Tensor alone = self_attention(slice(X, 0, 2, 3), W_q, W_k, W_v).output;
  check_equal("one word alone: its own value", alone, tensor({{0.32, 1.38}}));
}

EXERCISE("another order", "Row i of the result is row order[i] of X, not the other way round. A row may be taken twice.") {
  check_equal("苹果 我 喜欢 吃", reordered(X, {3, 0, 1, 2}),
              tensor({{0.1, -0.7, 1.4}, {1.0, 0.2, -0.5}, {0.3, 1.2, -0.4}, {-0.6, 0.9, 0.8}}));
  check_equal("one word three times", reordered(tensor({{1, 2}, {3, 4}}), {1, 1, 1}), tensor({{3, 4}, {3, 4}, {3, 4}}));
}

EXERCISE(
    "how strongly z depends on a word",
    "One backward() for each number of z_t, each with a fresh clone: gradients add up. If 'all words at once' is wrong, mend that first.") {
  check_equal("吃 on 苹果", dependence(X, W_q, W_k, W_v, 2, 3), 1.2324);
  check_equal("吃 on 我", dependence(X, W_q, W_k, W_v, 2, 0), 0.0321);
}
