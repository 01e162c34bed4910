const Tensor w = tensor({0.8, -0.31, 0.05, 0.4127});

EXERCISE("numbers of a layer", "W_q and W_o are (d, d). W_k and W_v have kv_heads heads of width d / heads: (kv_heads d / heads, d).") {
  check_equal("d 32, 4 heads", numbers_of_layer(32, 4, 4), 4096);
  check_equal("d 32, 8 heads", numbers_of_layer(32, 8, 8), 4096);
  check_equal("d 32, 8 heads, one of keys and values", numbers_of_layer(32, 8, 1), 2304);
}

EXERCISE("to whole numbers and back", "The scale is the largest |w| divided by 2^(bits-1) - 1, here 127 or 7. std::lround rounds.") {
  check_equal("8 bits", quantised(w, 8), tensor({0.8, -0.308661, 0.050394, 0.415748}), 1e-6);
  check_equal("4 bits", quantised(w, 4), tensor({0.8, -0.342857, 0.0, 0.457143}), 1e-6);
  check_equal("zeros stay zeros", quantised(zeros({3}), 8), zeros({3}));
}

EXERCISE("two factors for one matrix", "linear(x, A) is (n, rank). Never make the product of A and B.") {
  const Tensor A = tensor({{1, 0, 2}}), B = tensor({{1}, {-1}});
  check_equal("by hand", low_rank(tensor({{1, 5, 1}, {0, 1, 2}}), A, B), tensor({{3, -3}, {4, -4}}));
}

EXERCISE("one head of keys for all", "concat(Tensors(heads, k), axis): the same tensor, heads times, side by side along the last axis.") {
  check_equal("two heads", for_all_heads(tensor({{{1, 2}, {3, 4}}}), 2), tensor({{{1, 2, 1, 2}, {3, 4, 3, 4}}}));
}
