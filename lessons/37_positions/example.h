#pragma once
#include <qkv/qkv.h>

using namespace qkv;

/// Three words of width 4, and one attention over them: queries and keys of width 2, the words themselves are the values.
struct Example {
  Tensor dog = tensor({1.0, 0.2, -0.4, 0.5}), bites = tensor({-0.3, 1.1, 0.6, -0.2}), man = tensor({0.4, -0.8, 0.9, 0.1});
  Tensor W_q = tensor({{0.9, -0.3, 0.5, 0.2}, {0.1, 0.8, -0.6, 0.7}}), W_k = tensor({{-0.5, 0.9, 0.4, 0.3}, {1.0, 0.2, -0.7, 0.6}});
  Tensor dog_bites_man = stack({dog, bites, man}), man_bites_dog = stack({man, bites, dog});

  Tensor attend(const Tensor& X) const { return scaled_dot_product_attention(linear(X, W_q), linear(X, W_k), X).output; }
};
