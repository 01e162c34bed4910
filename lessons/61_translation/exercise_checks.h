#include <cmath>

#include "by_hand.h"

EXERCISE("writing or copying",
         "Scale p_vocab by p_gen, put zeros behind it, then add (1 - p_gen) alpha at the numbers of the words read.") {
  const Mixture x;
  const Tensor p = probabilities(x.p_vocab, x.alpha, x.place_words, x.p_gen, 5);
  check_equal("'emacs documentation'", p, tensor({0.1375, 0.0125, 0.2, 0.0125, 0.6375}));
  check_equal("their sum", sum(p).item(), 1);
  check_equal("a word that was read twice", probabilities(x.p_vocab, tensor({0.5, 0.35, 0.15}), {4, 4, 0}, x.p_gen, 5), p);
}

EXERCISE("precision",
         "Count the words of the reference, and take one away for each that is written. Divide by the number of words written.") {
  check_equal("five of six", precision(datasets::words_of("the cat sat on the mat"), datasets::words_of("the cat sat on a mat")), 5.0 / 6);
  check_equal("one word said too often",
              precision(datasets::words_of("the the the the the the the"), datasets::words_of("the cat is on the mat")), 2.0 / 7);
}

EXERCISE("brevity", "std::exp(1 - r / c). What is it for c = r?") {
  check_equal("4 words instead of 6", brevity(4, 6), std::exp(-0.5));
  check_equal("as long as the reference", brevity(6, 6), 1);
  check_equal("longer", brevity(9, 6), 1);
}

EXERCISE(
    "one step of a beam search",
    "Two loops make all continuations: copy the beginning, push_back(w), add log_p. Then sort by log_p, the largest first, and resize.") {
  const std::vector<Beginning> two{{{7}, std::log(0.6)}, {{8}, std::log(0.4)}};
  const Tensor log_p = log(tensor({{0.5, 0.5}, {0.9, 0.1}}));
  const std::vector<Beginning> kept = best(two, log_p, 3);
  check_equal("how many are kept", static_cast<double>(kept.size()), 3);
  check_true("the best", kept[0].words == std::vector<Index>{8, 0}, "continue the second beginning with word 0");
  check_equal("its probability", std::exp(kept[0].log_p), 0.36);
  check_true("the next", kept[1].words == std::vector<Index>{7, 0}, "continue the first beginning with word 0");
  check_equal("the third's probability", std::exp(kept[2].log_p), 0.3);
}
