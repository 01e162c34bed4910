#include "../exercise.h"

// Exercise 69: from sound to frequencies, a score that knows where it looked, a mask, and counting mistakes.
//   Write what is missing where it says your_turn, then run make exercise-69.

/// The waves that a frame is compared with: row k is cos(2 pi k n / width), row bins + k is sin(2 pi k n / width), n = 0 ... width - 1.
/// -> (2 bins, width), bins = width / 2 + 1. Two loops and set({row, n}, number) on zeros.
Tensor waves(Index width) { return your_turn; }

/// Location-aware scores: e_j = v . tanh(W1 h + W2 m_j + W3 f_j).  h (d), memory (S, d), f (S, c), W1 and W2 (a, d), W3 (a, c), v (a) -> (S).
/// linear(x, W) is x W^T; matmul(x, v) is v . of each row.
Tensor scores(const Tensor& h, const Tensor& memory, const Tensor& f, const Tensor& W1, const Tensor& W2, const Tensor& W3,
              const Tensor& v) {
  return your_turn;
}

/// The weight from 0 to 1 that brings a frequency (C, S) of the noisy sound as near as possible to that of the clean one: it makes
/// (w C_noisy - C_clean)^2 + (w S_noisy - S_clean)^2 smallest. Set its derivative to 0, then cut at 0 and 1.
double best_weight(double C_clean, double S_clean, double C_noisy, double S_noisy) { return your_turn; }

/// How many digits must be changed, left out or put in to make b of a. Compare the first digits: equal ones cost nothing, and the rest is the same
/// question. Otherwise it costs 1 and the least of three such questions.
Index edits(const std::vector<Index>& a, const std::vector<Index>& b) { return your_turn; }

#include "exercise_checks.h"
