#include "../exercise.h"

// Exercise 43: cross-attention, the same by self-attention over both sentences, and what a translator may look at.
//   Write what is missing where it says your_turn, then run make exercise-43.

/// The three matrices of a head: W_Q and W_K (d_k, d_model), W_V (d_v, d_model). Words are rows: X W^T, which is linear(X, W).
struct Matrices {
  Tensor W_Q, W_K, W_V;
};

/// The French sentence asks the English one: X English (n, d_model), Y French (m, d_model) -> (m, d_v).
/// Which sentence do the queries come from, which the keys and values? Then softmax(Q K^T / sqrt(d_k)) V, with matmul, transpose and softmax.
Tensor cross_attention(const Tensor& X, const Tensor& Y, const Matrices& w) { return your_turn; }

/// The same by self-attention: one sequence, concat({X, Y}, 0), whose French keys are hidden. Return the French rows of the output: (m, d_v).
///   AttentionOptions options;  options.mask = Mask{{1, n + m}, marks};  with 1 in `marks` where a key is hidden
///   scaled_dot_product_attention(q, k, v, options).output,  slice(x, axis, first, last)
Tensor by_self_attention(const Tensor& X, const Tensor& Y, const Matrices& w) { return your_turn; }

/// A translator that writes word after word, both sentences in one sequence, the English one first with `english` words. Is `key` hidden from
/// `row`? Every row sees every English word. A French row also sees the French words up to itself; an English row sees no French one.
bool hidden(Index row, Index key, Index english) { return your_turn; }

/// In which share of the rows does the largest weight stand at the translation?   weights (m, n), translation[i] the right column of row i.
/// argmax(weights).values[i] is the place of the largest weight of row i.
double share_at_translation(const Tensor& weights, const std::vector<Index>& translation) { return your_turn; }

#include "exercise_checks.h"
