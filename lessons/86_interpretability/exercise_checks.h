const Tensor alpha = tensor({0.7, 0.2, 0.1}), says = tensor({0, 2, -1});

EXERCISE("hide a word", "Set one weight to 0, then divide by the sum of what is left.") {
  check_equal("'not' hidden", hide(alpha, 0), tensor({0.0, 2.0 / 3, 1.0 / 3}));
  check_equal("the score without 'good'", sum(hide(alpha, 1) * says).item(), -0.125);
}

EXERCISE(
    "the gradient times the word",
    "A copy of x that requires a gradient; answer(copy).backward(); then multiply copy and its gradient, and sum over the last axis.") {
  const Tensor x = tensor({{1, 2}, {3, -1}}), w = tensor({{2, 0}, {1, 1}});
  check_equal("a linear answer: the parts of its sum", gradient_times_word(x, [&](const Tensor& y) { return sum(w * y); }), tensor({2, 2}));
  check_equal("squares: twice the parts", gradient_times_word(x, [](const Tensor& y) { return sum(y * y); }), tensor({10, 20}));
}

EXERCISE("rank correlation", "Count for each number how many are smaller. Then one sum of squares.") {
  check_equal("the same order", rank_correlation_of({0.7, 0.2, 0.1}, {0.70, 0.43, 0.14}), 1);
  check_equal("weights, and which way", rank_correlation_of({0.7, 0.2, 0.1}, {-0.70, 0.43, -0.14}), -0.5);
}

EXERCISE("precision", "Of 10,000 people, how many ill does the test find, and how many healthy does it call ill?") {
  check_equal("one in a hundred", precision(0.8, 0.85, 0.01), 0.0511, 1e-3);
  check_equal("one in two", precision(0.8, 0.85, 0.5), 0.842, 1e-3);
}
