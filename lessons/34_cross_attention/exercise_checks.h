// The numbers of the lesson: I, eat, apples (width 2) ask 我 喜欢 吃 苹果 (width 3).
const Tensor Y = tensor({{-1.0, -1.0}, {0.9, 0.4}, {-0.5, 1.0}});
const Tensor X = tensor({{1.0, 0.2, -0.5}, {0.3, 1.2, -0.4}, {-0.6, 0.9, 0.8}, {0.1, -0.7, 1.4}});
const Tensor W_q = tensor({{2.0, -1.0}, {1.0, 1.5}});
const Tensor W_k = tensor({{-0.7, 0.8, -0.7}, {-1.1, 0.0, 1.2}});
const Tensor W_v = tensor({{0.5, -0.2, 1.0}, {-0.4, 1.0, 0.3}});

EXERCISE("who gives what", "The queries come from Y, the keys and the values from X: three linear() in { }.") {
  const Tensors all = queries_keys_values(Y, X, W_q, W_k, W_v);
  check_equal("the queries", all.at(0), tensor({{-1, -2.5}, {1.4, 1.5}, {-2, 1}}));
  check_equal("the key of 吃", select(all.at(1), 0, 2), tensor({0.58, 1.62}));
  check_equal("the value of 苹果", select(all.at(2), 0, 3), tensor({1.59, -0.32}));
}

EXERCISE("attention", "Q K^T is (3, 4): matmul(Q, transpose(K)). Divide by std::sqrt(Q.size(1)), softmax, matmul with V.") {
  const Tensor Q = tensor({{-1, -2.5}, {1.4, 1.5}, {-2, 1}}), K = linear(X, W_k), V = linear(X, W_v);
  check_equal("the weights of eat", select(attend(Q, K, V).weights, 0, 1), tensor({0.0111, 0.0956, 0.8059, 0.0874}));
  check_equal("the outputs", attend(Q, K, V).output, tensor({{-0.0628, -0.2427}, {0.3496, 1.1720}, {1.5051, -0.2403}}));
  check_equal("one key: all the weight", attend(Q, slice(K, 0, 0, 1), slice(V, 0, 0, 1)).weights, ones({3, 1}));
}

EXERCISE("a place that holds nothing", "zeros({1, K.size(1)}) above K, zeros({1, V.size(1)}) above V, then attend.") {
  const Tensor K = tensor({{1, 0}}), V = tensor({{4, 8, 12}});
  check_equal("a query that likes no key", attend_or_not(tensor({{-100, 0}}), K, V).output, zeros({1, 3}));
  check_equal("a query of zeros: half and half", attend_or_not(tensor({{0, 0}}), K, V).output, tensor({{2, 4, 6}}));
  check_equal("its weights", attend_or_not(tensor({{0, 0}}), K, V).weights, tensor({{0.5, 0.5}}));
}
