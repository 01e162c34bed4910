// The numbers of the lesson: two readings at three hours.
const Tensor keys = tensor({6, 9, 14}), values = tensor({{8, 2}, {12, 6}, {20, 1}});

EXERCISE("soft weights", "The nearer the key, the larger its weight: has e_j the right sign? And all weights together are 1.") {
  check_equal("11 o'clock", weights(11, keys, 2), tensor({0.0451, 0.6220, 0.3329}));
  check_equal("11 o'clock, h = 1000", weights(11, keys, 1000), full({3}, 1.0 / 3));
}

EXERCISE("the weighted sum",
         "The weights are (n, m): a row for each query. Along which axis do they sum to 1? What turns (n, m) and (m, d) into (n, d)?") {
  check_equal("9 and 11 o'clock", look_up(tensor({9, 11}), keys, values, 2), tensor({{11.3080, 4.8906}, {14.4833, 4.1551}}));
  check_equal("all values 7", look_up(tensor({9, 11, 30}), keys, full({3, 1}, 7), 2), full({3, 1}, 7));
}

EXERCISE("left out",
         "The points are queries and keys at once. Is each hidden before softmax, or only after it? And does your answer change with h?") {
  check_equal("two points: each gets the value of the other", left_out(tensor({0, 1}), tensor({5, -3}), 0.5), tensor({-3, 5}));
  check_equal("three points, h = 1000: the mean of the others", left_out(tensor({0, 1, 2}), tensor({1, 2, 6}), 1000),
              tensor({4, 3.5, 1.5}));
  // Distances 1 and 3, 1 and 2, 3 and 2: the further of two points has exp(-(9 - 1) / 2), exp(-(4 - 1) / 2), exp(-(9 - 4) / 2) of the weight.
  const double a = std::exp(-4.0), b = std::exp(-1.5), c = std::exp(-2.5);
  check_equal("three points, h = 1: the nearer one counts more", left_out(tensor({0, 1, 3}), tensor({1, 2, 6}), 1),
              tensor({(2 + a * 6) / (1 + a), (1 + b * 6) / (1 + b), (2 + c * 1) / (1 + c)}));
}
