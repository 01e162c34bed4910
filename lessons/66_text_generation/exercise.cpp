#include "../exercise.h"

// Exercise 66: a model of a text, and how it writes.
//   Write what is missing where it says your_turn, then run make exercise-66.

/// What a model pays for a text, in bits a character: the mean of -log2 p over the probabilities that it gave to what really came.   p (n).
double bits(const Tensor& p) { return your_turn; }

/// The next table, mixed with the one before it (section 2 of the page): p_n from the counts and p_{n-1}.   counts, smaller (V) -> (V).
/// If nothing was counted, there is nothing to mix. sum(x).item() is a number; (counts > 0) is a mask.
Tensor mixed(const Tensor& counts, const Tensor& smaller) { return your_turn; }

/// The probabilities from which the next character is drawn: softmax(scores / temperature), where all but the k largest scores count as
/// -infinity.   scores (V) -> (V).   topk(scores, k).values are the k largest, largest first; masked_fill(x, mask, number) overwrites.
Tensor to_draw_from(const Tensor& scores, double temperature, Index k) { return your_turn; }

/// One head's keys and values of what was read, a row for each character.
struct Kept {
  Tensor K, V;  // undefined before the first character
};
/// Reads one more character x (1, d): appends its key x W_k^T and its value x W_v^T, and lets its query x W_q^T look at everything that is
/// kept.   -> (1, d).   concat({a, b}, 0) puts b below a. The scores are divided by sqrt(d).
Tensor read_one(const Tensor& x, const Tensor& W_q, const Tensor& W_k, const Tensor& W_v, Kept& kept) { return your_turn; }

#include "exercise_checks.h"
