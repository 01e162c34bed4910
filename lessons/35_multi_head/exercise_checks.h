// Three words of width 6, and the numbers 0 to 17: six for each word.
const Tensor x = tensor({{0.5, -1.0, 0.3, 0.8, 0.0, 1.2}, {1.5, 0.4, -0.7, 0.1, 0.9, -0.2}, {-0.6, 1.1, 0.2, -1.3, 0.7, 0.5}});
const Tensor numbers = tensor({{0, 1, 2, 3, 4, 5}, {6, 7, 8, 9, 10, 11}, {12, 13, 14, 15, 16, 17}});

EXERCISE("splitting", "A reshape to (heads, T, d) alone gives head 0 the first words. First (T, heads, d), then exchange axes 0 and 1.") {
  check_equal("two heads", split_heads(numbers, 2), tensor({{{0, 1, 2}, {6, 7, 8}, {12, 13, 14}}, {{3, 4, 5}, {9, 10, 11}, {15, 16, 17}}}));
  check_equal("three heads: the last", select(split_heads(numbers, 3), 0, 2), tensor({{4, 5}, {10, 11}, {16, 17}}));
}

EXERCISE("merging", "The same two steps backwards: transpose(y, 0, 1), then reshape to {T, heads * d}. y.size(0) is the number of heads.") {
  check_equal("two heads", merge_heads(tensor({{{0, 1, 2}, {6, 7, 8}, {12, 13, 14}}, {{3, 4, 5}, {9, 10, 11}, {15, 16, 17}}})), numbers);
}

EXERCISE("all heads", "chunk(linear(x, in_proj), 3, 1) gives Q, K and V of all heads: split each, attend, merge, and mix by out_proj.") {
  for (Index heads : {1, 2, 3}) {
    Rng rng(7);
    nn::MultiheadAttentionOptions options;
    options.bias = false;
    const nn::MultiheadAttention library(6, heads, rng, options);
    const Tensor in_proj = library.in_proj_weight.clone(), out_proj = library.out_proj.weight.clone();
    const Attended yours = many_heads(x, in_proj, out_proj, heads);
    check_equal("the output, with " + std::to_string(heads) + " heads", yours.output, select(library(unsqueeze(x, 0)).output, 0, 0));
    check_true("its weights", yours.weights.shape() == Shape({heads, 3, 3}), "have the shape (heads, T, T)");
  }
}

EXERCISE("what sharing costs", "cov(u, c) = a and var(c) = a^2 + (1 - a)^2. The error of the best guess is var(u) - cov^2 / var(c).") {
  check_equal("all weight on u", error_of_sharing(1), 0.0);
  check_equal("half and half", error_of_sharing(0.5), 0.5);
  check_equal("a = 0.8", error_of_sharing(0.8), 0.0588);
  check_equal("u and w together, a = 0.3", error_of_sharing(0.3) + error_of_sharing(0.7), 1.0);
}
