// Three words of width 4 whose numbers say where they are: word 2, column 3 is 23.
const Tensor places = tensor({{{0, 1, 2, 3}, {10, 11, 12, 13}, {20, 21, 22, 23}}});

EXERCISE("split", "First (B, T, heads, dk), then exchange words and heads. Reshaping at once mixes words.") {
  const Tensor heads = split_heads(places, 2);
  check_equal("shape", std::string(heads.shape().text()), "(1, 2, 3, 2)");
  check_equal("head 0", select(select(heads, 0, 0), 0, 0), tensor({{0, 1}, {10, 11}, {20, 21}}));
}

EXERCISE("join", "The same two steps in the opposite order.") {
  const Tensor heads = tensor({{{{0, 1}, {10, 11}, {20, 21}}, {{2, 3}, {12, 13}, {22, 23}}}});
  check_equal("joined", join_heads(heads), places);
}

EXERCISE("the whole layer",
         "Five steps: project, split, attend, join, project. The scale is the width of a head, not d; softmax runs over the last axis, the "
         "keys.") {
  Rng rng(54);
  const Tensor x = randn({2, 4, 6}, rng), W = randn({3, 6, 6}, rng), Wo = randn({6, 6}, rng);
  nn::MultiheadAttention library(6, 2, rng);
  library.in_proj_weight.copy_from(reshape(W, {18, 6}));
  library.in_proj_bias.copy_from(zeros({18}));
  library.out_proj.weight.copy_from(Wo);
  library.out_proj.bias.copy_from(zeros({6}));
  check_equal("beside the library", self_attention(x, select(W, 0, 0), select(W, 0, 1), select(W, 0, 2), Wo, 2), library(x).output);
}
