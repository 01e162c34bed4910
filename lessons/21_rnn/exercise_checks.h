// The numbers of the lesson: three inputs of width 2, three hidden numbers.
const Tensor x = tensor({{1.0, 0.5}, {-0.5, 0.8}, {0.3, -1.0}}), b = tensor({0.1, 0.0, -0.2});
const Tensor W = tensor({{0.6, -0.4}, {0.2, 0.9}, {-0.7, 0.3}}), U = tensor({{0.5, -0.3, 0.2}, {0.4, 0.6, -0.1}, {-0.2, 0.3, 0.7}});

EXERCISE("one step", "Three terms, then tanh once. Which vector does W meet, and which one U?") {
  const Tensor h_1 = step(select(x, 0, 0), zeros({3}), W, U, b), h_2 = step(select(x, 0, 1), h_1, W, U, b);
  check_equal("h_1", h_1, tensor({0.4621, 0.5717, -0.6351}));
  check_equal("h_2", h_2, tensor({-0.5281, 0.8371, 0.0245}));
  check_equal("h_3", step(select(x, 0, 2), h_2, W, U, b), tensor({0.1681, -0.5016, -0.3240}));
}

EXERCISE("the chain rule",
         "Read the product from its right end: what is there after one step? What does every further step put on its left?") {
  const Tensor h = tensor({{0.4621, 0.5717, -0.6351}, {-0.5281, 0.8371, 0.0245}, {0.1681, -0.5016, -0.3240}});
  check_equal("one step only", chain(slice(h, 0, 0, 1), W, U), tensor({{0.4719, -0.3146}, {0.1346, 0.6058}, {-0.4177, 0.1790}}), 2e-4);
  check_equal("three steps", chain(h, W, U), tensor({{-0.0552, -0.0536}, {0.0919, -0.0636}, {-0.2063, 0.2885}}), 2e-4);
}

EXERCISE(
    "clipping",
    "Two cases: longer than max_norm, or not. In which of them does g change? And what would a division by the length make of (0, 0)?") {
  check_equal("(3, 4) to length 1", clip(tensor({3, 4}), 1), tensor({0.6, 0.8}));
  check_equal("(3, 4) to length 10", clip(tensor({3, 4}), 10), tensor({3, 4}));
  check_equal("(0, 0)", clip(zeros({2}), 1), zeros({2}));
}
