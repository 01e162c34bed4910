EXERCISE("bits a character", "log2(x) is log(x) / log(2): -mean(log(p)) / log(2).") {
  check_equal("1, 2, 2 and 0 bits, the mean", bits(tensor({0.5, 0.25, 0.25, 1})), 1.25);
  check_equal("64 characters, all alike", bits(full({7}, 1.0 / 64)), 6);
}

EXERCISE(
    "a table, mixed with the smaller one",
    "n = sum of the counts, kinds = how many are above 0; (counts + kinds * smaller) / (n + kinds). For the kinds: sum(where(counts > 0, "
    "ones_like(counts), zeros_like(counts))).") {
  const Tensor p_1 = tensor({0.375, 0.1875, 0.125, 0.125, 0.1875});  // of a, b, c, d, r in abracadabra
  const Tensor p_2 = mixed(tensor({0, 2, 1, 1, 0}), p_1);            // behind a
  check_equal("p_2 behind a", p_2, tensor({0.1607, 0.3661, 0.1964, 0.1964, 0.0804}));
  check_equal("their sum", sum(p_2).item(), 1);
  check_equal("where nothing was counted", mixed(zeros({5}), p_1), p_1);
}

EXERCISE("temperature and top k",
         "Hide the scores that are smaller than the k-th largest, topk(scores, k).values.at({k - 1}), then divide, then softmax.") {
  const Tensor scores = tensor({1, 2, 0});
  check_equal("temperature 1, all", to_draw_from(scores, 1, 3), tensor({0.2447, 0.6652, 0.0900}));
  check_equal("temperature 0.5, all", to_draw_from(scores, 0.5, 3), tensor({0.1173, 0.8668, 0.0159}));
  check_equal("temperature 1, the best two", to_draw_from(scores, 1, 2), tensor({0.2689, 0.7311, 0}));
  check_equal("the best one", to_draw_from(scores, 3, 1), tensor({0, 1, 0}));
}

EXERCISE(
    "keys and values that are kept",
    "k = linear(x, W_k); kept.K = kept.K.defined() ? concat({kept.K, k}, 0) : k; the same for v; softmax(matmul(q, transpose(kept.K)) / "
    "sqrt(d)), times kept.V.") {
  Rng rng(4);
  const Tensor x = randn({5, 4}, rng), W_q = randn({4, 4}, rng), W_k = randn({4, 4}, rng), W_v = randn({4, 4}, rng);
  AttentionOptions causal;
  causal.causal = true;
  const Tensor all = scaled_dot_product_attention(linear(x, W_q), linear(x, W_k), linear(x, W_v), causal).output;
  Kept kept;
  for (Index t = 0; t < 5; ++t)
    check_equal("character " + std::to_string(t), read_one(slice(x, 0, t, t + 1), W_q, W_k, W_v, kept), slice(all, 0, t, t + 1));
  check_true("what is kept", kept.K.shape() == Shape{5, 4} && kept.V.shape() == Shape{5, 4}, "be five keys and five values, a row each");
}
