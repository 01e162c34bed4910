#pragma once
#include <qkv/qkv.h>

// The numbers of sections 1 and 2: a dictionary of six words, a text of three of them, and attention with one query.

using namespace qkv;

struct Example {
  const std::vector<std::string> words{"no", "pain", "fever", "since", "monday", "cough"};
  const std::vector<Index> text{2, 3, 4};                                                           // fever since monday
  Tensor E = tensor({{0.3, -0.5}, {0.8, 0.1}, {1.0, 0.4}, {-0.2, 0.6}, {0.5, -0.3}, {0.9, -0.7}});  // (6, 2)
  Tensor u = tensor({1.0, -0.5}), v = tensor({0.6, 1.2});                                           // the query; the answer's weights

  Tensor x() const { return embedding(Indices{2, 3, 4}, E); }  // (3, 2)
  Tensor alpha() const { return softmax(matmul(x(), u)); }     // (3)
  Tensor p() const { return sigmoid(sum(matmul(alpha(), x()) * v)); }
  /// The row of word j by the formula: alpha_j (g + (g . x_j - g . c) u), g = (p - 1) v.
  Tensor row(Index j) const {
    NoGrad no_graph;
    const Tensor g = (p() - 1) * v, c = matmul(alpha(), x());
    return alpha()[j] * (g + (sum(g * x()[j]) - sum(g * c)) * u);
  }
};
