#include <cmath>

#include "by_hand.h"

EXERCISE("ROUGE-1", "Take a word out of a copy of the reference once it was found, so that it is not found again.") {
  const Words person = datasets::words_of(said_by_a_person);
  check_equal("the same words", rouge_1_of(person, person), 100);
  check_equal("three of five", rouge_1_of(datasets::words_of("viewer for files"), person), 75);
  check_equal("one word five times", rouge_1_of(datasets::words_of("viewer viewer viewer viewer viewer"), person), 20);
}

EXERCISE("telling words",
         "Loop over the words and add std::log(texts / texts_with.at(word)) each time: that is the count times the logarithm.") {
  const std::map<std::string, double> texts_with{{"a", 8}, {"gtk", 2}, {"viewer", 4}};
  const std::map<std::string, double> value = telling({"a", "gtk", "viewer", "a", "gtk"}, texts_with, 8);
  check_equal("'a', which stands everywhere", value.at("a"), 0);
  check_equal("'gtk', twice", value.at("gtk"), 2 * std::log(4.0));
  check_equal("'viewer'", value.at("viewer"), std::log(2.0));
}

EXERCISE("surprise",
         "Start from p_gen p_vocab(target), or 0 if the target is no word of the vocabulary. Add each place whose word is the target.") {
  const Tensor p_vocab = tensor({0.1, 0.05, 0.8, 0.05}), alpha = tensor({0.5, 0.35, 0.15});
  const Indices words{4, 4, 0};
  check_equal("written or copied", surprise(p_vocab, alpha, words, 0.25, 0), -std::log(0.1375));
  check_equal("only copied", surprise(p_vocab, alpha, words, 0.25, 4), -std::log(0.6375));
  check_equal("only written", surprise(p_vocab, alpha, words, 0.25, 2), -std::log(0.2));
}
