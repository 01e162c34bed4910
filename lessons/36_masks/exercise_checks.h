// The scores of the lesson: 我 喜欢 吃 苹果.
const Tensor S = tensor({{-0.1395, 0.5436, 0.3502, -0.8433},
                         {-0.9499, -0.2386, 0.9813, 0.5363},
                         {-1.7148, -0.9834, 1.5749, 1.8488},
                         {-1.2011, -0.2237, 1.2687, 0.5537}});
const Mask causal = {{0, 1, 1, 1}, {0, 0, 1, 1}, {0, 0, 0, 1}, {0, 0, 0, 0}};

/// 1 where hidden, to be compared.
Tensor marks(const Mask& mask) { return masked_fill(zeros(mask.shape), mask, 1); }

EXERCISE("the future", "Two loops, over queries i and keys j. A word sees itself: which keys come after it?") {
  check_equal("for four words", marks(future(4)), tensor({{0, 1, 1, 1}, {0, 0, 1, 1}, {0, 0, 0, 1}, {0, 0, 0, 0}}));
}

EXERCISE("neighbours only", "The same two loops with another question: how far apart are i and j?") {
  check_equal("for four words", marks(neighbours_only(4)), tensor({{0, 0, 1, 1}, {0, 0, 0, 1}, {1, 0, 0, 0}, {1, 1, 0, 0}}));
}

EXERCISE("padding", "A row for each sentence, a column for each place. If 3 places are words, which j is the first that is not?") {
  check_equal("lengths 3, 1 and 4", marks(fillers({3, 1, 4}, 4)), tensor({{0, 0, 0, 1}, {0, 1, 1, 1}, {0, 0, 0, 0}}));
}

EXERCISE("weights",
         "Whatever you compute for a row, its largest score or its sum: is every hidden key left out of it? And what is done with a row "
         "whose sum is 0?") {
  check_equal("under the causal mask", weights(S, causal),
              tensor({{1, 0, 0, 0}, {0.3293, 0.6707, 0, 0}, {0.0334, 0.0695, 0.8971, 0}, {0.0470, 0.1250, 0.5560, 0.2720}}));
  check_equal("a row with nothing left", weights(S, Mask({4, 4}, std::vector<std::uint8_t>(16, 1))), zeros({4, 4}));
  check_equal("scores about 1000, the largest hidden", weights(tensor({{1000, 1000 + std::log(3.0), 5000}}), Mask({{0, 0, 1}})),
              tensor({{0.25, 0.75, 0}}), 1e-3);
}
