#include "../exercise.h"

// Exercise 82: words that look at a picture, with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-82.

/// Cross-attention: queries (words, d), keys (cells, d), values (cells, dv) -> what each word takes from the cells (words, dv).
/// softmax(Q K^T / sqrt(d)) V. softmax(x) goes along the last axis; matmul and transpose do the rest.
Tensor cross_attention(const Tensor& queries, const Tensor& keys, const Tensor& values) { return your_turn; }

/// Words and cells in one sequence, words first. The mask for the words' rows, (words, words + cells), that hides all words and shows all cells:
/// with it self-attention over both is cross-attention. Mask({2, 3}, {0, 1, 0, 0, 0, 1}) makes a mask of a shape and its marks, 1 = hidden.
Mask hide_words(Index words, Index cells) { return your_turn; }

/// How often the largest weight of a row lies on the cell where its object is: weights (N, cells), where (N) -> a share.
/// argmax(weights, 1).values holds the place of the largest weight of each row.
double points_at(const Tensor& weights, const std::vector<Index>& where) { return your_turn; }

#include "exercise_checks.h"
