#include "../exercise.h"

// Exercise 64: negation with attention and a relu, and how much a hit rate proves.
//   Write what is missing where it says your_turn, then run make exercise-64.

/// The weight that each word gives to the word before it, if that word has the score `left` and every other word, itself included, has 0.
/// The first word has no word before it. words -> (words, words): row i, column j.
/// Make the scores with zeros({words, words}) and scores.set({i, j}, left), then softmax.
Tensor look_left(Index words, double left) { return your_turn; }

/// p where n is 0 and -p where n is 1, for p = 1 or -1: f = p - 2 relu(p + 2 n - 2) + 2 relu(-p + 2 n - 2). p, n (T) -> (T).
Tensor turn_over(const Tensor& p, const Tensor& n) { return your_turn; }

/// The share of days whose direction was said rightly: both +1 or both -1. said, came (days).
double hit_rate(const std::vector<int>& said, const std::vector<int>& came) { return your_turn; }

/// How far the hit rate of a coin lies from one half: its standard deviation over so many days, sqrt(1/2 * 1/2 / days).
double deviation_of_a_coin(double days) { return your_turn; }

#include "exercise_checks.h"
