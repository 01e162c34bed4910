#pragma once
#include "../exercise_cell.h"
#include "by_hand.h"

// The exercise in notebooks/61_translation.ipynb.

namespace exercise_61 {

using namespace exercise;

using datasets::Words;
/// The beginning of an answer, and the log-probability of its words.
struct Beginning {
  std::vector<Index> words;
  double log_p = 0;
};

/// What the reader writes, and the checks of it.
struct Checks {
  Tensor (*probabilities)(const Tensor& p_vocab, const Tensor& alpha, const Indices& words, double p_gen, Index all);
  double (*precision)(const Words& written, const Words& reference);
  double (*brevity)(double c, double r);
  std::vector<Beginning> (*best)(const std::vector<Beginning>& beginnings, const Tensor& log_p, Index beam);
  CheckedParts parts;
#include "exercise_checks.h"
};

inline bool check(const Checks& checks) { return run(checks.parts); }

}  // namespace exercise_61
