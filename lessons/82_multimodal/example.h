#pragma once
#include <qkv/qkv.h>

// The example of sections 1 and 2: a row of three cells, two words, and where each word looks.

using namespace qkv;

struct Example {
  Tensor keys = tensor({{1, 0}, {0, 0}, {0, 1}});  // a ring, nothing, a cross
  Tensor columns = tensor({{0}, {1}, {2}});        // the value of a cell: its column
  Tensor queries = tensor({{4, 0}, {0, 4}});       // the words "ring" and "cross"

  /// softmax(Q K^T / sqrt 2): (2, 3).
  Tensor weights(const Tensor& k) const { return softmax(matmul(queries, transpose(k)) / std::sqrt(2.0)); }
  /// The same cells with ring and cross exchanged.
  Tensor swapped() const { return concat({slice(keys, 0, 2, 3), slice(keys, 0, 1, 2), slice(keys, 0, 0, 1)}, 0); }
  /// The mean of the cells, what each shows and its column: (3).
  Tensor mean_of(const Tensor& k) const { return mean(concat({k, columns}, 1), 0); }
};
