EXERCISE("best weights", "Each weight is 1 / s_j, divided by the sum of all 1 / s_i. softmax(-log s) is the same.") {
  check_equal("section 2, case 0", best_weights(tensor({0.25, 1, 4})), tensor({0.7619, 0.1905, 0.0476}));
  check_equal("equal noise", best_weights(full({4}, 3)), full({4}, 0.25));
}

EXERCISE("expected error", "Independent noises: variances add up, each times the square of its weight.") {
  check_equal("the mean of three", expected_error(full({3}, 1.0 / 3), tensor({0.25, 1, 4})), 0.5833);
  check_equal("the most exact alone", expected_error(tensor({1, 0, 0}), tensor({0.25, 1, 4})), 0.25);
  check_equal("the best", expected_error(tensor({0.761905, 0.190476, 0.047619}), tensor({0.25, 1, 4})), 0.1905);
}

EXERCISE("span mask", "(z + ramp - r) / ramp is 1 at r = z and 0 at r = z + ramp. Then cut off what lies above 1 and below 0.") {
  check_equal("z = 2, ramp = 2", span_mask(6, 2, 2), tensor({1, 1, 1, 0.5, 0, 0}));
  check_equal("z = 1.5, ramp = 4", span_mask(7, 1.5, 4), tensor({1, 1, 0.875, 0.625, 0.375, 0.125, 0}));
  check_equal("everything", span_mask(3, 10, 4), ones({3}));
}

EXERCISE("weights within a span", "softmax first, then times the mask, then divided by the sum, so that they sum to 1 again.") {
  const Tensor mask = tensor({1, 1, 0.5, 0});
  check_equal("equal scores", weights_within(zeros({4}), mask), tensor({0.4, 0.4, 0.2, 0}));
  check_equal("what is masked does not matter", weights_within(tensor({0, 0, 0, 5}), mask), tensor({0.4, 0.4, 0.2, 0}));
}
