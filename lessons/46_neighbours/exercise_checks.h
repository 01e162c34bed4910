// The numbers of the lesson.
const Tensor X = tensor({{1.0, 0.5}, {-0.5, 1.5}, {0.8, -1.2}, {0.2, 0.4}, {-1.0, 0.6}});
const Network network{tensor({{0.6, -0.4, 0.3, 0.9}, {-0.8, 0.5, 1.1, -0.2}, {0.2, 0.7, -0.5, 0.4}}), tensor({0.1, -0.2, 0.3}),
                      tensor({0.9, -0.7, 1.2})};
const Tensor w = tensor({0.1571, 2.6095, -1.0880, 1.0431, 1.9305});

EXERCISE("a weight for each element",
         "Left neighbours: zeros({1, d}) above all rows of X but the last. Beside X they are (n, 2d), one row a pair.") {
  check_equal("w", neighbour_weights(X, network), w);
  check_equal("two elements", neighbour_weights(slice(X, 0, 0, 2), network), slice(w, 0, 0, 2));
}

EXERCISE("weights times elements", "A column times a matrix multiplies each row by its own number. How does w become a column?") {
  check_equal("y", weights_times_elements(tensor({2, 0, -1}), tensor({{1, 2}, {3, 4}, {5, 6}})), tensor({{2, 4}, {0, 0}, {-5, -6}}));
}

EXERCISE("the steps as a formula", "a_i takes only x_i: all other weights of row i are 0.") {
  check_equal("alpha X", matmul(alpha_of_the_steps(w), X), weights_times_elements(w, X));
  check_equal("alpha of (2, 0, -1)", alpha_of_the_steps(tensor({2, 0, -1})), tensor({{2, 0, 0}, {0, 0, 0}, {0, 0, -1}}));
}

EXERCISE("who feels a change", "A row with two changed numbers still counts once.") {
  check_equal("rows", std::to_string(rows_that_differ(tensor({{1, 2}, {3, 4}, {5, 6}}), tensor({{1, 2}, {0, 0}, {5, 7}}))), "2");
  check_equal("none", std::to_string(rows_that_differ(X, X)), "0");
}
