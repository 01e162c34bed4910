#pragma once
#include <qkv/nn/module.h>

// Attention treats its input as a set; these tell it the order.

namespace qkv::nn {

/// pe[t, 2i] = sin(p / base^(2i/d)), pe[t, 2i+1] = cos(p / base^(2i/d)), p = t + offset: (length, dim).  Vaswani et al. 2017, §3.5.
Tensor sinusoidal_encoding(Integer length, Integer dim, double base = 10000, Integer offset = 0);

/// A learned vector for each position: x (B, T, dim) -> x + weight[offset..offset + T).  weight (max_length, dim) starts normal(0, 0.02).
/// A decoder that reads one more word gives as offset how many it has read.
struct LearnedPosition : Module {
  Parameter weight;

  LearnedPosition(Integer max_length, Integer dim, Rng& rng);
  Tensor operator()(const Tensor& x, Integer offset = 0) const;
};

/// Which two numbers rotate together: (2m, 2m+1) as in RoFormer, or (m, m + d/2) as in Llama.
enum class RotaryLayout { interleaved, half };

/// Rotary position: at position p, pair m rotates by the angle p base^(-2m/d), so that q . k depends only on the distance.
/// Su et al. 2021, eq. 15.  x (..., T, d) -> the same shape.  Throws Error unless d is even.
Tensor rotary(const Tensor& x, RotaryLayout layout = RotaryLayout::interleaved, double base = 10000, Integer offset = 0);

}  // namespace qkv::nn
