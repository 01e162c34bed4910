#pragma once
#include <qkv/qkv.h>

// The numbers of sections 1 to 4: the lesson computes with them, and so do the exercises.

using namespace qkv;

/// The listing's layer on a text of three words of width 2, with four hidden numbers.
struct Example {
  Tensor padded = tensor({{{0.9, 0.4}, {-0.2, 0.1}, {0.3, -0.8}, {0, 0}, {0, 0}}});  // with two places of padding: (1, 5, 2)
  Tensor inputs = slice(padded, 1, 0, 3);                                            // (B, T, d) = (1, 3, 2)
  Tensor W1 = tensor({{0.8, -0.1}, {0.3, 0.6}, {-0.5, 0.2}, {0.1, 0.7}});
  Tensor W2 = tensor({{0.4, 0.2}, {0.1, -0.3}, {-0.2, 0.4}, {0.5, -0.2}});
  Tensor v = tensor({{1.2, 0.7, -0.9, 0.4}});

  /// (B, T, 2) -> (B, T, 4) -> (B, T, 1).
  Tensor hidden(const Tensor& x) const { return linear(x, W1) + linear(x, W2); }
  Tensor scores(const Tensor& x) const { return linear(tanh(hidden(x)), v); }
};
