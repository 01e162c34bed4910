// The numbers of section 2.
const Tensor A = tensor({{0, 2, 0, 0}, {1, 0, 0, -1}, {0, 0, 0, 3}}), V = tensor({{1, 2}, {3, 0}, {5, 1}, {0, 4}});

EXERCISE("sparse", "Walk through the rows from left to right. After each row note how many numbers were kept so far.") {
  const Sparse S = sparse(A);
  check_true("value", S.value == std::vector<double>{2, 1, -1, 3}, "be 2 1 -1 3");
  check_true("column", S.column == std::vector<Index>{1, 0, 3, 3}, "be 1 0 3 3");
  check_true("start", S.start == std::vector<Index>{0, 1, 3, 4}, "be 0 1 3 4");
}

EXERCISE("product", "The entries of row i are those from S.start[i] to S.start[i + 1] - 1. Each brings a row of V into the sum.") {
  Index count = 0;
  check_equal("A V", product({{0, 1, 3, 4}, {1, 0, 3, 3}, {2, 1, -1, 3}}, V, count), matmul(A, V));
  check_equal("multiply-adds", static_cast<double>(count), 8);
}

EXERCISE("pairs of a window", "Query i meets the keys from max(0, i - w) to min(n - 1, i + w), both included.") {
  check_equal("three tokens, one neighbour", static_cast<double>(pairs_of_window(3, 1)), 7);
  check_equal("no neighbour", static_cast<double>(pairs_of_window(5, 0)), 5);
  check_equal("a window as long as the text", static_cast<double>(pairs_of_window(6, 10)), 36);
  check_equal("512 tokens, 16 neighbours on either side", static_cast<double>(pairs_of_window(512, 16)), 512 * 33 - 16 * 17);
}

EXERCISE("one key and value for all heads",
         "Head i asks with its own columns of q. k and v are the same for all. concat joins the heads.") {
  Rng rng(93);
  const Tensor q = randn({5, 6}, rng), k = randn({4, 2}, rng), v = randn({4, 2}, rng);
  const Tensor all_k = unsqueeze(concat({k, k, k}, 1), 0), all_v = unsqueeze(concat({v, v, v}, 1), 0);
  check_equal("three heads of width two", shared_heads(q, k, v, 3), multi_head_attention(unsqueeze(q, 0), all_k, all_v, 3)[0]);
  check_equal("one head", shared_heads(slice(q, 1, 0, 2), k, v, 1), scaled_dot_product_attention(slice(q, 1, 0, 2), k, v).output);
}
