#include "../exercise.h"

// Exercise 55: measuring a model.
//   Write what is missing where it says your_turn, then run make exercise-55.

/// F1 of class c. confusion (classes, classes): row = what it is, column = what was said, each cell a count.
/// tp is on the diagonal, fp the rest of column c, fn the rest of row c: 2 tp / (2 tp + fp + fn), and 0 if all three are 0.
double f1(const Tensor& confusion, Index c) { return your_turn; }

/// The mean of F1 over all classes.
double macro_f1(const Tensor& confusion) { return your_turn; }

/// How much weight each word of a text receives, as a multiple of its fair share 1/n.
/// alpha (T, T): row = the word that asks, column = the word that is looked at. Only the first n of T are words, the rest is padding -> (n).
/// mean(x, 0) is the mean over rows; slice(x, axis, begin, end) cuts.
Tensor received(const Tensor& alpha, Index n) { return your_turn; }

/// The words of a text in a random order; the zeros behind them are padding and stay. rng.permutation(n) is 0 ... n-1, shuffled.
std::vector<Index> shuffled(const std::vector<Index>& tokens, Rng& rng) { return your_turn; }

#include "exercise_checks.h"
