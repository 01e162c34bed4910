EXERCISE("a product that counts",
         "Three loops: i over the rows of A, j over the columns of B, r over what they share. n k m times in all.") {
  Index count = 0;
  check_equal("C", multiply(tensor({{1, 2, 3}, {4, 5, 6}}), tensor({{1, 0}, {0, 1}, {2, 2}}), count), tensor({{7, 8}, {16, 17}}));
  check_equal("count", std::to_string(count), "12");
}

EXERCISE("an exponent", "The slope is that of the logarithms. Are both means taken away before anything is multiplied?") {
  check_equal("of 3 x^2", exponent({64, 128, 256}, {3.0 * 64 * 64, 3.0 * 128 * 128, 3.0 * 256 * 256}), 2);
  check_equal("of points beside the line", exponent({1, std::exp(1.0), std::exp(2.0)}, {1, std::exp(2.0), std::exp(3.0)}), 1.5);
}

EXERCISE("a window",
         "Near both ends there are fewer keys: neither first nor last may leave 0 ... n. And slice() leaves `last` itself out.") {
  Rng rng(1);
  const Tensor q = randn({64, 16}, rng), k = randn({64, 16}, rng), v = randn({64, 16}, rng);
  Index none = 0, count = 0;
  check_equal("window 0: each query sees its own key only", window_attention(q, k, v, 0, none), v);
  check_equal("the whole sequence", window_attention(q, k, v, 64, none), scaled_dot_product_attention(q, k, v).output);
  window_attention(q, k, v, 8, count);
  check_equal("multiply-adds with 8 on either side", std::to_string(count), std::to_string(2 * 16 * (64 * 17 - 72)));
}

EXERCISE("without a softmax",
         "A product of three matrices may be done from the left or from the right. Which of the two never makes an (n, n)?") {
  Rng rng(1);
  const Tensor q = randn({40, 3}, rng), k = randn({40, 3}, rng), v = randn({40, 3}, rng);
  Index count = 0;
  check_equal("output", without_softmax(q, k, v, count), matmul(matmul(q, transpose(k)), v), 1e-3);
  check_equal("multiply-adds", std::to_string(count), std::to_string(2 * 40 * 3 * 3));
}
