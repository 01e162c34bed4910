// The numbers of the lesson: 我 喜欢 吃 苹果, a row of three numbers each.
const Tensor X = tensor({{1.0, 0.2, -0.5}, {0.3, 1.2, -0.4}, {-0.6, 0.9, 0.8}, {0.1, -0.7, 1.4}});
const Tensor W_q = tensor({{0.9, 0.1, 0.3}, {0.4, 0.9, 1.1}});
const Tensor W_k = tensor({{-0.7, 0.8, -0.7}, {-1.1, 0.0, 1.2}});
const Tensor W_v = tensor({{0.5, -0.2, 1.0}, {-0.4, 1.0, 0.3}});

EXERCISE("one word's query, key and value", "y_o adds up W_oi x_i over i: the outer loop goes over o, the inner one over i.") {
  check_equal("q of 吃", project(W_q, select(X, 0, 2)), tensor({-0.21, 1.45}));
  check_equal("k of 苹果", project(W_k, select(X, 0, 3)), tensor({-1.61, 1.57}));
}

EXERCISE("all words at once", "Three linear(); Q K^T divided by std::sqrt(d), d = W_q.size(0); softmax; matmul with V.") {
  const Attended all = self_attention(X, W_q, W_k, W_v);
  check_equal("the weights of 吃", select(all.weights, 0, 2), tensor({0.0153, 0.0319, 0.4116, 0.5412}));
  check_equal("z of 我 and 吃", stack({select(all.output, 0, 0), select(all.output, 0, 2)}), tensor({{0.0585, 0.7137}, {0.9760, 0.4200}}));
  const Tensor alone = self_attention(slice(X, 0, 2, 3), W_q, W_k, W_v).output;
  check_equal("one word alone: its own value", alone, tensor({{0.32, 1.38}}));
}

EXERCISE("another order", "Push select(X, 0, order[i]) into a Tensors, for each i, and stack them.") {
  check_equal("苹果 我 喜欢 吃", reordered(X, {3, 0, 1, 2}),
              tensor({{0.1, -0.7, 1.4}, {1.0, 0.2, -0.5}, {0.3, 1.2, -0.4}, {-0.6, 0.9, 0.8}}));
  check_equal("one word three times", reordered(tensor({{1, 2}, {3, 4}}), {1, 1, 1}), tensor({{3, 4}, {3, 4}, {3, 4}}));
}

EXERCISE("how strongly z depends on a word",
         "select(select(output, 0, t), 0, i).backward() fills the clone's grad(); then select(grad, 0, j).") {
  check_equal("吃 on 苹果", dependence(X, W_q, W_k, W_v, 2, 3), 1.2324);
  check_equal("吃 on 我", dependence(X, W_q, W_k, W_v, 2, 0), 0.0321);
}
