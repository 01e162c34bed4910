#include "example.h"

EXERCISE("the words of an update", "A word took part if its row is not 0: is norm(d_words[w]).item() above 0?") {
  const Tensor d_words = tensor({{0, 0}, {0, 0}, {-0.1912, -0.1602}, {-0.0298, -0.0548}, {0.0027, -0.2216}, {0, 0}});
  const std::vector<Index> found = words_of(d_words);
  check_true("the words of section 2", found == Example().text, "be 2, 3, 4");
}

EXERCISE("a clipped gradient", "g stays as it is if it is at most C long. Otherwise it is multiplied by C / its length.") {
  check_equal("(3, 4) clipped to 1", clipped(tensor({3.0, 4.0}), 1), tensor({0.6, 0.8}));
  check_equal("(0.3, 0.4) clipped to 1", clipped(tensor({0.3, 0.4}), 1), tensor({0.3, 0.4}));
}

EXERCISE("the averaged weights", "A client with three times as many texts counts three times as much.") {
  check_equal("two clients", averaged_weights({tensor({1.0, 2.0}), tensor({5.0, 6.0})}, {300, 100}), tensor({2.0, 3.0}));
}

EXERCISE("the privacy of one step",
         "binomial(alpha, k) is exp(lgamma(alpha + 1) - lgamma(k + 1) - lgamma(alpha - k + 1)). Divide by alpha - 1.") {
  check_equal("without drawing: alpha / (2 sigma^2)", renyi_of(1, 4, 20), 0.625);
  check_equal("10,000 steps of section 7", 1e4 * renyi_of(0.01, 4, 20) + std::log(1e5) / 19, 1.2586);
}
