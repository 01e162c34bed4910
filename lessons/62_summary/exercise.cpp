#include "../exercise.h"

// Exercise 62: a measure, a baseline, and the loss of a model that copies.
//   Write what is missing where it says your_turn, then run make exercise-62.

#include <map>

using datasets::Words;

/// ROUGE-1, from 0 to 100: 2 both / (words written + words of the reference). `both` counts the words that stand in both, each at most as
/// often as in the reference.
double rouge_1_of(const Words& written, const Words& reference) { return your_turn; }

/// How much each word of a text tells: how often it comes here, times log(texts / texts_with[word]), where texts_with counts the texts
/// that have the word.
std::map<std::string, double> telling(const Words& text, const std::map<std::string, double>& texts_with, double texts) {
  return your_turn;
}

/// The surprise -log p(target) of a model that writes or copies: p = p_gen p_vocab(target) + (1 - p_gen) sum of alpha_j where word j is it.
/// alpha (S), words (S); p_vocab (V). A target of V or more can only be copied.
double surprise(const Tensor& p_vocab, const Tensor& alpha, const Indices& words, double p_gen, Index target) { return your_turn; }

#include "exercise_checks.h"
