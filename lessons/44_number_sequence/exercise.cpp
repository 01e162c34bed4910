#include "../exercise.h"

// Exercise 44: attention over a sequence of numbers, where every query, key and value is a single number.
//   Write what is missing where it says your_turn, then run make exercise-44.

/// The weights of one query: a_j = exp(q k_j) / sum_j exp(q k_j).   k (m) -> (m). Use a loop and k.at({j}), or exp and sum.
Tensor weights_of(double q, const Tensor& k) { return your_turn; }

/// One output a query: y_i = sum_j a_ij v_j.   q (n), k (m), v (m) -> (n). Neither n nor m need be 5.
Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v) { return your_turn; }

/// The same, but query i may look only at the places j with hidden[j] == false. A hidden place has no part in the sum below the fraction either.
Tensor attend_without(const Tensor& q, const Tensor& k, const Tensor& v, const std::vector<bool>& hidden) { return your_turn; }

#include "exercise_checks.h"
