#include "../exercise.h"

// Exercise 91: a convolution, written as attention that scores by place.
//   Write what is missing where it says your_turn, then run make exercise-91.

/// The query of every place i = 0 .. length - 1 of a head that looks `offset` places to the right: a (2 (i + offset), -1). -> (length, 2).
/// Make zeros({length, 2}), then q.set({i, 0}, ...) and q.set({i, 1}, ...); static_cast<double>(i) makes a number of i.
Tensor queries(Index length, Index offset, double a) { return your_turn; }

/// The key (j, j^2) of every place j = -1 .. length, the two beyond the ends included. -> (length + 2, 2). Row 0 is place -1.
Tensor keys(Index length) { return your_turn; }

/// What a head finds at every place: softmax(q k^T) v. q (T, 2), k (T + 2, 2), v (T + 2) -> (T). Two calls of matmul, and transpose(k).
Tensor head(const Tensor& q, const Tensor& k, const Tensor& v) { return your_turn; }

/// The convolution of x (T) with the window w (3): the sum of three heads with offsets -1, 0 and 1, each times its number w[0], w[1], w[2].
/// The values are x with a 0 before and a 0 behind: concat({zeros({1}), x, zeros({1})}, 0).
Tensor three_heads(const Tensor& x, const Tensor& w, double a) { return your_turn; }

#include "exercise_checks.h"
