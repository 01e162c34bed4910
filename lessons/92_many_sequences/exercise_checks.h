// The numbers of the lesson: two sequences of three vectors of width two.
const Tensor A = tensor({{1, 0}, {0, 2}, {1, 1}}), B = tensor({{2, 0}, {0, 1}, {-1, 1}});
const Tensor short_B = tensor({{2, 0}, {0, 1}});

EXERCISE("pad", "How many zeros does each sequence need? concat puts them behind it, stack puts the sequences into one tensor.") {
  check_equal("one is shorter", pad({A, short_B}), tensor({{{1, 0}, {0, 2}, {1, 1}}, {{2, 0}, {0, 1}, {0, 0}}}));
  check_equal("equal lengths", pad({A, B}), stack({A, B}));
}

EXERCISE("strangers", "hidden[i * n + j] is 1 where the place j belongs to another sequence than the place i.") {
  const Mask mask = strangers({3, 2});
  check_true("the shape", mask.shape == Shape{5, 5}, "be (5, 5): query, key");
  const std::vector<std::uint8_t> right{0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0};
  check_true("the marks", mask.hidden == right, "hide the last two places from the first three, and the first three from the last two");
}

EXERCISE("attend in one row", "Put the sequences behind one another, give AttentionOptions the mask, and cut the result apart again.") {
  const Tensors outputs = attend_in_one_row({A, short_B});
  check_true("the outputs", outputs.size() == 2, "be as many as the sequences");
  check_equal("of A, as in section 2", outputs[0], tensor({{0.8022, 0.7967}, {0.2321, 1.7225}, {0.5989, 1.2033}}));
  check_equal("of two places of B", outputs[1], scaled_dot_product_attention(short_B, short_B, short_B).output);
}

EXERCISE("ask",
         "Queries are the rows of the first; keys and values are the rows of the second. The weights are as many as pairs of rows.") {
  check_equal("A asks itself", ask(A, A), tensor({{0.8022, 0.7967}, {0.2321, 1.7225}, {0.5989, 1.2033}}));
  check_equal("A asks B", ask(A, B), scaled_dot_product_attention(A, B, B).output);
  check_equal("A asks two places", ask(A, short_B), scaled_dot_product_attention(A, short_B, short_B).output);
}
