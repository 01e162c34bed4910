// The story of the lesson: mary took the ball, john went to the garden, mary went to the kitchen.
const Tensor m = tensor({{1, 0, 1, 0, 0, 0}, {0, 1, 0, 0, 1, 1}, {1, 0, 0, 1, 0, 1}});
const Tensor ball = tensor({0, 0, 1, 0, 0, 0}), keep = tensor({1, 1, 0, 0, 0, 0}), wish = tensor({0, 0, 0, 0, 0, 1});

EXERCISE("one hop", "A dot product of q with each sentence, times the sharpness, then softmax.") {
  check_equal("where is the ball", weights_of_hop(ball, m, 4), tensor({0.9647, 0.0177, 0.0177}));
  check_equal("with sharpness 0: all the same", weights_of_hop(ball, m, 0), full({3}, 1.0 / 3));
}

EXERCISE("two hops", "found = alpha m, a matmul of (S) and (S, d). Then ask again with keep * found + wish.") {
  check_equal("where is the ball", two_hops(ball, m, keep, wish, 4), tensor({0.0176, 0.0203, 0.9621}), 2e-4);
  check_equal("if nothing is kept: any sentence that says went", two_hops(ball, m, 0 * keep, wish, 4), tensor({0.0091, 0.4955, 0.4955}),
              2e-4);
}

EXERCISE("hide the most weighted", "One mark a row, at the place that argmax gives.") {
  const Mask hidden = most_weighted(tensor({{0.1, 0.7, 0.2}, {0.5, 0.2, 0.3}}));
  check_true("the mask", hidden.shape == Shape{2, 3} && hidden.hidden == std::vector<std::uint8_t>{0, 1, 0, 1, 0, 0},
             "hide the second sentence of the first row and the first of the second");
}

EXERCISE("what it means", "Go through the turns from the last to the first, and stop at the first one that names a product.") {
  check_true("one product", what_it_means({3, -1, -1}) == 3, "be that product");
  check_true("two products", what_it_means({3, 1, -1}) == 1, "be the later one");
  check_true("none", what_it_means({-1, -1}) == -1, "be -1");
}
