EXERCISE("one place among n", "e^c divided by the sum of all e^score: e^c + n - 1.") {
  check_equal("c = 5, n = 64", weight_of_one(5, 64), 0.7020);
  check_equal("c = 5, n = 4,096", weight_of_one(5, 4096), 0.0350);
}

EXERCISE("a bump", "Three relus, with the factors 1, -2 and 1.") {
  check_equal("around 0", bump(tensor({-1, -0.5, -0.25, 0, 0.25, 0.5, 1}), 0.5), tensor({0, 0, 0.25, 0.5, 0.25, 0, 0}));
}

EXERCISE("parity of one length", "Start with k; for j = 1 .. n - 1 add 2 relu(k - j) if j is even, and subtract it if j is odd.") {
  check_equal("n = 6", sawtooth(arange(7), 6), tensor({0, 1, 0, 1, 0, 1, 0}));
  check_equal("n = 9", sawtooth(arange(10), 9), tensor({0, 1, 0, 1, 0, 1, 0, 1, 0, 1}));
}

EXERCISE("parameters of additive attention", "W1 is (h, query_width), W2 is (h, key_width), v has h numbers.") {
  check_equal("width 1,024", additive_parameters(1024, 1024, 1024), 2098176);
  check_equal("two widths", additive_parameters(1024, 16, 64), 66624);
}
