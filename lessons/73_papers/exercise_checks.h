EXERCISE("several heads",
         "Loop over the heads: columns h d_k to (h + 1) d_k of q and k, columns h d_v to (h + 1) d_v of v. d_k is not d_v.") {
  Rng rng(73);
  const Tensor q = randn({3, 4}, rng), k = randn({5, 4}, rng), v = randn({5, 6}, rng);
  const Tensor right = select(multi_head_attention(unsqueeze(q, 0), unsqueeze(k, 0), unsqueeze(v, 0), 2), 0, 0);
  check_equal("two heads, d_k 2, d_v 3", several_heads(q, k, v, 2), right);
  check_equal("one head", several_heads(q, k, v, 1), scaled_dot_product_attention(q, k, v).output);
}

EXERCISE("what smoothing asks for", "full({classes}, x) is x everywhere. The right class gets both parts.") {
  check_equal("e = 0.1 of 4", smoothed(2, 4, 0.1), tensor({0.025, 0.025, 0.925, 0.025}));
  check_equal("e = 0", smoothed(0, 3, 0), tensor({1, 0, 0}));
}

EXERCISE("the smoothed loss", "Multiply the distribution by log p, number by number, and add up. Mind the sign.") {
  const Tensor scores = tensor({2.0, 0.5, -1.0, 0.0});
  CrossEntropyOptions options;
  options.label_smoothing = 0.2;
  check_equal("as the library has it", smoothed_loss(scores, 0, 0.2),
              cross_entropy(unsqueeze(scores, 0), Indices({1}, {0}), options).item());
  check_equal("e = 0: the usual one", smoothed_loss(scores, 1, 0), cross_entropy(unsqueeze(scores, 0), Indices({1}, {1})).item());
}

EXERCISE("a verdict", "Go over the seeds and remember whether all were above, and whether all were below. Equal is neither.") {
  check_equal("above with each", verdict({0.8, 0.9, 0.7}, {0.7, 0.8, 0.6}), 1);
  check_equal("below with each", verdict({0.5, 0.6}, {0.9, 0.7}), -1);
  check_equal("mixed", verdict({0.8, 0.5, 0.7}, {0.7, 0.8, 0.6}), 0);
  check_equal("once equal", verdict({0.8, 0.8}, {0.7, 0.8}), 0);
}
