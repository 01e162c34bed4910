const Tensor X = tensor({1, 2, 3, 4, 5});

EXERCISE("the weights of one query", "Every key has a numerator. What must they be divided by, so that the weights sum to 1?") {
  check_equal("query 0.5", weights_of(0.5, X), tensor({0.058012, 0.095646, 0.157694, 0.259993, 0.428656}));
  check_equal("query 0: five equal weights", weights_of(0, X), full({5}, 0.2));
}

EXERCISE("five queries, five outputs",
         "There are as many outputs as queries, and as many weights for each as keys. weights_of() makes those of one query.") {
  check_equal("y", attend(0.5 * X, X, X), tensor({3.905633, 4.4519, 4.7155, 4.8437, 4.9106}));
  check_equal("two queries, three keys", attend(tensor({0, 1}), tensor({1, 1, 1}), tensor({3, 6, 9})), tensor({6, 6}));
}

EXERCISE("three of five hidden", "Give a hidden place the score -infinity before exp: exp(-infinity) is 0.") {
  check_equal("query 0.5, equal keys", attend_without(tensor({0.5}), ones({5}), X, {false, false, true, true, true}), tensor({1.5}));
  check_equal("nothing hidden", attend_without(0.5 * X, X, X, {false, false, false, false, false}), attend(0.5 * X, X, X));
}
