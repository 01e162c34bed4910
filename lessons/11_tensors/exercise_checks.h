// The numbers of the lesson.
const Tensor X = tensor({{1, 2, 3}, {4, 5, 6}});
const Tensor A = tensor({{1, 0, 2}, {-1, 3, 1}}), B = tensor({{2, 1, 0, 4, -1}, {0, 1, 3, -2, 1}, {1, 0, 1, 2, 5}});
const Tensor Q = tensor({{1, 0}, {-1, 2}}), K = tensor({{2, 1}, {0, 1}, {1, -2}}), V = tensor({{1, 0, 0}, {0, 10, 0}, {0, 0, 100}});

EXERCISE("the shape of a broadcast", "The longer shape says how many axes there are; where the other has none, take 1.") {
  check_equal("(2, 3) and (2, 3)", shape_of_sum({2, 3}, {2, 3}).text(), "(2, 3)");
  check_equal("(2, 1) and (3,)", shape_of_sum({2, 1}, {3}).text(), "(2, 3)");
  check_equal("(4, 1, 3) and (2, 1)", shape_of_sum({4, 1, 3}, {2, 1}).text(), "(4, 2, 3)");
  check_equal("() and (5,)", shape_of_sum({}, {5}).text(), "(5,)");
}

EXERCISE("a product of two matrices", "A sum for each entry (i, j), and each sum starts at 0 again. Which sizes end the three loops?") {
  check_equal("A B", product(A, B), tensor({{4, 1, 2, 8, 9}, {-1, 2, 10, -8, 9}}));
  check_equal("a row times a column", product(tensor({{1, 2, 3}}), tensor({{4}, {5}, {6}})), tensor({{32}}));
}

EXERCISE("scores become weights",
         "Each row has a sum of its own. Without keepdim, which shape do these sums have, and how would they broadcast?") {
  check_equal("the weights of (2, 0, 1)", weights_of(tensor({{2, 0, 1}})), tensor({{0.66524, 0.09003, 0.24473}}));
  check_equal("two rows", weights_of(tensor({{0, 0}, {std::log(3.0), 0}})), tensor({{0.5, 0.5}, {0.75, 0.25}}));
}

EXERCISE("attention",
         "Follow the shapes: (n, d) and (m, d) must become (n, m). Is it d that you take the root of? If 'scores become weights' is wrong, "
         "mend that first.") {
  check_equal("the lesson's output", attention(Q, K, V), tensor({{0.57600, 1.40029, 28.39951}, {0.19445, 7.99873, 0.56674}}), 2e-4);
  const Tensor four_wide = tensor({{2 * std::log(3.0), 0, 0, 0}}), two_keys = tensor({{1, 0, 0, 0}, {0, 0, 0, 0}});
  check_equal("width 4: weights 3/4 and 1/4", attention(four_wide, two_keys, tensor({{4}, {8}})), tensor({{5}}));
  check_equal("equal keys: the mean of the values", attention(Q, ones({3, 2}), V),
              tensor({{1.0 / 3, 10.0 / 3, 100.0 / 3}, {1.0 / 3, 10.0 / 3, 100.0 / 3}}));
}
