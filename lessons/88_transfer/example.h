#pragma once
#include <qkv/qkv.h>

// The example of sections 1 and 2: one hidden word, three candidates.

using namespace qkv;

struct Example {
  std::vector<std::string> words{"XML", "JSON", "cats"};
  Tensor vectors = tensor({{2, 0}, {1.5, 0.5}, {-1, 1}});  // a vector for each candidate
  Tensor context = tensor({0.8, -0.4});                    // what the encoder makes of "parser for [?] files"

  /// How probable each candidate is, for the encoder's vector c: softmax_j(vector_j . c).
  Tensor p(const Tensor& c) const { return softmax(matmul(vectors, c)); }
  /// dloss / dc = sum_j (p_j - [j = hidden]) vector_j.
  Tensor pull(const Tensor& c, Index hidden) const { return matmul(p(c) - select(eye(3), 0, hidden), vectors); }
};
