#include "../exercise.h"

// Exercise 54: multi-head self-attention, from projections to W_o.
//   Write what is missing where it says your_turn, then run make exercise-54.

/// Cuts the width into heads: x (B, T, d) -> (B, heads, T, d / heads). Word t of head h holds the numbers h * d / heads and on of word t.
/// reshape(x, {...}) keeps the order of the numbers; permute(x, {0, 2, 1, 3}) exchanges axes 1 and 2.
Tensor split_heads(const Tensor& x, Index heads) { return your_turn; }

/// The way back: (B, heads, T, dk) -> (B, T, heads * dk).
Tensor join_heads(const Tensor& x) { return your_turn; }

/// The whole layer: project, split, attend in each head with the scale 1 / sqrt(dk), join, project with W_o.
/// x (B, T, d), matrices (d, d) -> (B, T, d). linear(x, W) is x W^T.
Tensor self_attention(const Tensor& x, const Tensor& Wq, const Tensor& Wk, const Tensor& Wv, const Tensor& Wo, Index heads) {
  return your_turn;
}

#include "exercise_checks.h"
