// The frame of the lesson, and a memory of three places.
const Tensor frame = tensor({1, 0, -1, 0, 1, 0.5, -1, 0});
const Tensor h = tensor({0.5, -1}), memory = tensor({{1, 0}, {0, 1}, {1, 0}}), f = tensor({{0.9}, {0.1}, {0}});
const Tensor W1 = tensor({{1, 0}, {0, 1}}), W2 = tensor({{0.5, -0.5}, {1, 0.2}}), W3 = tensor({{-2}, {1}}), v = tensor({1, -0.5});

EXERCISE("the waves", "2 pi k n / width: k is the row, n the column. The cosines come first, then the sines.") {
  const Tensor four = tensor({{1, 1, 1, 1}, {1, 0, -1, 0}, {1, -1, 1, -1}, {0, 0, 0, 0}, {0, 1, 0, -1}, {0, 0, 0, 0}});
  check_equal("four samples", waves(4), four);
  const Tensor of_frame = matmul(waves(8), frame);
  check_equal("C_2 of the lesson's frame", of_frame.at({2}), 4);
  check_equal("S_2 of the lesson's frame", of_frame.at({7}), 0.5);
}

EXERCISE("where it looked", "Three terms inside tanh: W1 h has one row and is added to all. Then the dot product with v.") {
  const Tensor e = scores(h, memory, f, W1, W2, W3, v);
  check_equal("the first place, where it looked before", e.at({0}), std::tanh(0.5 + 0.5 - 1.8) - 0.5 * std::tanh(-1 + 1 + 0.9));
  check_equal("the third, which sounds the same", e.at({2}), std::tanh(1.0) - 0.5 * std::tanh(0.0));
}

EXERCISE("the best weight", "(C_clean C_noisy + S_clean S_noisy) / (C_noisy^2 + S_noisy^2), then std::clamp(..., 0.0, 1.0).") {
  check_equal("no noise", best_weight(3, 4, 3, 4), 1);
  check_equal("noise in the same phase", best_weight(3, 4, 6, 8), 0.5);
  check_equal("noise a quarter of a wave away", best_weight(1, 0, 1, 1), 0.5);
  check_equal("nothing but noise", best_weight(0, 0, 1, 1), 0);
  check_equal("noise that turns the wave round", best_weight(1, 0, -1, 0), 0);
}

EXERCISE("counting mistakes",
         "If one is empty, what is left of the other counts. The three: both rests (changed), a's rest with b, a with b's rest.") {
  check_equal("equal", static_cast<double>(edits({1, 2, 3}, {1, 2, 3})), 0);
  check_equal("one left out", static_cast<double>(edits({1, 2, 3}, {1, 3})), 1);
  check_equal("moved by one", static_cast<double>(edits({1, 2, 3}, {2, 3, 4})), 2);
  check_equal("nothing written", static_cast<double>(edits({7, 7}, {})), 2);
}
