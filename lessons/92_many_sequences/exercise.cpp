#include "../exercise.h"

// Exercise 92: many sequences, laid out with your own hands.
//   Write what is missing where it says your_turn, then run make exercise-92.

/// Sequences (length, d) of unequal lengths -> one tensor (sequences, longest, d), with zeros behind the shorter ones.
/// concat({x, zeros({missing, d})}, 0) appends; stack({a, b}) makes a new first axis.
Tensor pad(const Tensors& sequences) { return your_turn; }

/// Sequences of these lengths stand behind one another in a row of n places. -> (n, n), hidden where query and key belong to two sequences.
/// Mask({n, n}, marks) makes it; marks is a std::vector<std::uint8_t> with n * n entries, 1 = hidden.
Mask strangers(const std::vector<Index>& lengths) { return your_turn; }

/// Self-attention of each sequence by itself, though all stand in one row: sequences (length, d) -> outputs (length, d).
/// scaled_dot_product_attention(row, row, row, options).output with options.mask = strangers(...); slice(x, 0, start, stop) cuts.
Tensors attend_in_one_row(const Tensors& sequences) { return your_turn; }

/// Cross-attention, x (n, d) asks y (m, d): softmax(x y^T / sqrt(d)) y -> (n, d). Use matmul, transpose and softmax.
Tensor ask(const Tensor& x, const Tensor& y) { return your_turn; }

#include "exercise_checks.h"
