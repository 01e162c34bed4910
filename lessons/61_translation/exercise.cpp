#include "../exercise.h"

// Exercise 61: copying, BLEU, and one step of a beam search.
//   Write what is missing where it says your_turn, then run make exercise-61.

using datasets::Words;

/// Writing or copying: p(w) = p_gen p_vocab(w) + (1 - p_gen) sum of alpha_j where word j is w.
/// p_vocab (V), alpha (S), words (S) holds the number of the word at each place; `all` is how many words there are with the copied ones.
/// -> (all). zeros({n}), concat({a, b}, 0) and scatter_add(x, 0, words, amounts) are enough.
Tensor probabilities(const Tensor& p_vocab, const Tensor& alpha, const Indices& words, double p_gen, Index all) { return your_turn; }

/// BLEU's p_1: the share of the words written that the reference has too. A word that is written three times and stands in the reference
/// once is right once.
double precision(const Words& written, const Words& reference) { return your_turn; }

/// BLEU's penalty for short texts: c words were written, the reference has r. 1 if c > r, otherwise e to the power 1 - r / c.
double brevity(double c, double r) { return your_turn; }

/// The beginning of an answer, and the log-probability of its words.
struct Beginning {
  std::vector<Index> words;
  double log_p = 0;
};

/// One step of a beam search: each beginning goes on with each word w, and gains log_p.at({i, w}). The `beam` best are kept, best first.
/// log_p (beginnings, words). std::stable_sort sorts.
std::vector<Beginning> best(const std::vector<Beginning>& beginnings, const Tensor& log_p, Index beam) { return your_turn; }

#include "exercise_checks.h"
