#include "../exercise.h"

// Exercise 52: masks.
//   Write what is missing where it says your_turn, then run make exercise-52.
// mask.hidden[n] is true where attention may not go; a mask of shape (queries, keys) keeps place (i, j) at n = i * keys + j.

/// The mask that hides the future: query i may look at keys 0 ... i.   -> (n, n)
/// Mask({n, n}, marks) takes a std::vector<std::uint8_t> of n * n marks, row after row, 1 = hidden.
Mask future(Index n) { return your_turn; }

/// scores (n, m) with -infinity at every hidden place of mask (n, m).   -> (n, m). The scores that are given must stay as they are: begin with
/// scores.clone(), and set({i, j}, ...).
Tensor hide(const Tensor& scores, const Mask& mask) { return your_turn; }

/// Softmax of each row of scores (n, m) that have -infinity at hidden places. A row of nothing but -infinity gets weights of 0.
/// Without softmax(), which does all that already: exp, a sum and a division, with the largest score of the row taken away first.
Tensor weights(const Tensor& scores) { return your_turn; }

#include "exercise_checks.h"
