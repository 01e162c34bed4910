#include "../exercise.h"

// Exercise 89: read words off a gradient, and protect them.
//   Write what is missing where it says your_turn, then run make exercise-89.

/// The words that took part: the numbers of the rows of d_words (V, d) that are not 0, in order.
std::vector<Index> words_of(const Tensor& d_words) { return your_turn; }

/// The gradient g (n) itself if its length is at most C, else scaled down to length C. norm(g) is the length.
Tensor clipped(const Tensor& g, double C) { return your_turn; }

/// Federated averaging with clients that have texts[i] texts: sum_i texts_i weights_i / sum_i texts_i.
Tensor averaged_weights(const Tensors& weights, const std::vector<Index>& texts) { return your_turn; }

/// 1 / (alpha - 1) log sum_{k = 0 ... alpha} binomial(alpha, k) (1 - q)^(alpha - k) q^k exp((k^2 - k) / (2 sigma^2)).
/// std::pow(0, 0) is 1, as it should be here.
double renyi_of(double q, double sigma, int alpha) { return your_turn; }

#include "exercise_checks.h"
