#include "../exercise.h"

// Exercise 11: from shapes to attention.
//   Write what is missing where it says your_turn, then run make exercise-11.

/// The shape of a + b, for shapes that fit: (2, 1) and (3,) -> (2, 3).
/// Align them at the right end: a[-1] is the last size of a, a[-2] the one before, a.rank() says how many there are. Of two sizes the larger
/// one stays. Shape(sizes) makes a shape from a std::vector<Index>.
Shape shape_of_sum(const Shape& a, const Shape& b) { return your_turn; }

/// The product of A (n, k) and B (k, m) -> (n, m), with three loops, A.at({i, j}) and C.set({i, j}, number).
Tensor product(const Tensor& A, const Tensor& B) { return your_turn; }

/// softmax of every row of the scores (n, m) -> (n, m). exp and sum will do; remember keepdim: sum(x, 1, true).
Tensor weights_of(const Tensor& scores) { return your_turn; }

/// softmax(Q K^T / sqrt(d)) V without a loop: Q (n, d), K (m, d), V (m, v) -> (n, v).
/// matmul and transpose are the library's, weights_of is yours.
Tensor attention(const Tensor& Q, const Tensor& K, const Tensor& V) { return your_turn; }

#include "exercise_checks.h"
