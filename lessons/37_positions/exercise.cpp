#include "../exercise.h"

// Exercise 37: positions with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-37.

/// The waves: pe[t, 2i] = sin(t / 10000^(2i/d)), pe[t, 2i+1] = cos of the same -> (length, d), d even.
/// Begin with zeros({length, d}) and pe.set({t, 2 * i}, ...). std::pow(10000.0, x) is 10000^x; do not divide whole numbers.
Tensor encoding(Index length, Index d) { return your_turn; }

/// The dot product of two such encodings `distance` positions apart: one number, without encoding() and without positions.
double dot_at_distance(Index distance, Index d) { return your_turn; }

/// Rotary: the row of x (T, d) at position t is rotated pair by pair. Pair m is (a, b) = (x[t, 2m], x[t, 2m+1]), its angle is
/// t / 10000^(2m/d), and it becomes (a cos - b sin, a sin + b cos).
Tensor rotated(const Tensor& x) { return your_turn; }

/// What is added for learned positions: row t of the table (longest, d) to row t of x (T, d).
/// slice(table, 0, 0, T) is its first T rows. Write nothing for the case that x is too long: slice refuses it.
Tensor with_learned(const Tensor& x, const Tensor& table) { return your_turn; }

#include "exercise_checks.h"
