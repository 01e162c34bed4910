#include "../exercise.h"

// Exercise 47: count the multiply-adds, find the exponent, and spend fewer.
//   Write what is missing where it says your_turn, then run make exercise-47.

/// A B by its three loops; `count` goes up by one at every multiply-add.   A (n, k), B (k, m) -> (n, m).
/// C.set({i, j}, C.at({i, j}) + ...) adds to a number of C; begin with zeros({n, m}).
Tensor multiply(const Tensor& A, const Tensor& B, Index& count) { return your_turn; }

/// The exponent p of y = c x^p: the slope of the straight line through the points (log x, log y), by least squares:
/// p = sum (u - mean u) (w - mean w) / sum (u - mean u)^2, with u = log x and w = log y.
double exponent(const std::vector<double>& x, const std::vector<double>& y) { return your_turn; }

/// Local attention: query i visits only the keys i - window ... i + window that exist. Q, K, V (n, d) -> (n, d).
/// A row at a time with multiply() from above, so that `count` says what it cost: slice(K, 0, first, last) are the keys from first to last - 1,
/// softmax(scores / sqrt(d)) are their weights. concat(rows, 0) puts the rows (1, d) together.
Tensor window_attention(const Tensor& Q, const Tensor& K, const Tensor& V, Index window, Index& count) { return your_turn; }

/// Attention without a softmax, (Q K^T) V, in 2 n d d multiply-adds instead of 2 n n d. Which product comes first? Use multiply().
Tensor without_softmax(const Tensor& Q, const Tensor& K, const Tensor& V, Index& count) { return your_turn; }

#include "exercise_checks.h"
