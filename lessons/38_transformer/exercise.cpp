#include "../exercise.h"

// Exercise 38: the parts of a Transformer with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-38.

/// Layer norm without weights: (x - mean) / sqrt(var + 1e-5) over the last axis.  x (..., d) -> (..., d).
/// mean(x, -1, true) is (..., 1). The variance divides by d, not by d - 1.
Tensor normed(const Tensor& x) { return your_turn; }

/// W_2 relu(W_1 x + b_1) + b_2 for each row: x (n, d), W_1 (h, d), b_1 (h), W_2 (d, h), b_2 (d) -> (n, d).
Tensor feed_forward(const Tensor& x, const Tensor& W_1, const Tensor& b_1, const Tensor& W_2, const Tensor& b_2) { return your_turn; }

/// A part of a layer: it reads (n, d) and gives (n, d).
using Part = std::function<Tensor(const Tensor&)>;

/// A layer of two parts, first attend, then feed, each with a residual connection and a norm: pre-norm if norm_first, else post-norm.
Tensor layer(const Part& attend, const Part& feed, const Tensor& x, bool norm_first) { return your_turn; }

/// What the decoder reads in training, one place late: the start mark, then the answer without its last mark.
/// answer (B, T) -> (B, T). answer.values holds the rows one after the other; answer.shape[1] is T.
Indices decoder_input(const Indices& answer, Index start) { return your_turn; }

#include "exercise_checks.h"
