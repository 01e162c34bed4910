#include "../exercise.h"

// Exercise 95: features, a logistic regression by hand, and neighbours.
//   Write what is missing where it says your_turn, then run make exercise-95.

/// The number of the feature "word w at place t", so that no two share one: t * words + w. text (T) -> (T), where `words` is how many words there are.
std::vector<Index> place_features(const std::vector<Index>& text, Index words) { return your_turn; }

/// The number of the feature "the word w, while the last word asks q": q * words + w, for every word but the last. text (T) -> (T - 1).
std::vector<Index> pair_features(const std::vector<Index>& text, Index words) { return your_turn; }

/// The probability of each answer: softmax of the sum of the features' rows. weights (features, answers) -> (answers).
/// embedding(Indices, weights) takes the rows; Indices({count}, features) makes the indices.
Tensor regress(const std::vector<Index>& features, const Tensor& weights) { return your_turn; }

/// In how many places two texts of the same length have the same word.
Index agreement(const std::vector<Index>& a, const std::vector<Index>& b) { return your_turn; }

#include "exercise_checks.h"
