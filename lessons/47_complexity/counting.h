#pragma once
#include <qkv/qkv.h>

// Loops that count their multiply-adds: the lesson runs them, and so do the answers to the exercises.

using namespace qkv;

/// A B by its three loops; `count` goes up by one at every multiply-add.  A (n, k), B (k, m) -> (n, m).
inline Tensor product(const Tensor& A, const Tensor& B, Index& count) {
  Index n = A.size(0), k = A.size(1), m = B.size(1);
  Tensor C = zeros({n, m});
  const Scalar *a = A.data(), *b = B.data();
  Scalar* c = C.mutable_data();
  for (Index i = 0; i < n; ++i)
    for (Index r = 0; r < k; ++r)
      for (Index j = 0; j < m; ++j, ++count) c[i * m + j] += a[i * k + r] * b[r * m + j];
  return C;
}

/// Self-attention with one head, the four matrices W (4, d, d), and how many multiply-adds it took.  X (n, d) -> (n, d).
struct Counts {
  Index projections = 0, pairs = 0;
};
inline Tensor attention_by_loops(const Tensor& X, const Tensor& W, Counts& count) {
  auto project = [&](const Tensor& from, Index matrix) { return product(from, select(W, 0, matrix), count.projections); };
  Tensor Q = project(X, 0), K = project(X, 1), V = project(X, 2);                                              // (n, d)
  Tensor alpha = softmax(product(Q, transpose(K), count.pairs) * (1 / sqrt(static_cast<double>(X.size(1)))));  // (n, n)
  return project(product(alpha, V, count.pairs), 3);                                                           // (n, d)
}

/// An LSTM: at each step four gates, each from the input and from the last state.  X (n, d) -> (n, d).
inline Tensor lstm_by_loops(const Tensor& X, const CellWeights& w, Index& count) {
  Tensor W = transpose(w.weight_ih), U = transpose(w.weight_hh), h = zeros({1, X.size(1)}), c = h;
  Tensors states;
  for (Index t = 0; t < X.size(0); ++t) {
    Tensor gates = product(slice(X, 0, t, t + 1), W, count) + product(h, U, count) + w.bias_ih + w.bias_hh;
    Tensors part = chunk(gates, 4, 1);  // i, f, g, o
    c = sigmoid(part[1]) * c + sigmoid(part[0]) * tanh(part[2]);
    states.push_back(h = sigmoid(part[3]) * tanh(c));
  }
  return concat(states, 0);
}

/// Hidden: all keys more than `window` positions away.
inline Mask far_away(Index n, Index window) {
  Mask mask = causal_mask(n, n, window);  // key > query + window, and below: key < query - window
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < i - window; ++j) mask.hidden[i * n + j] = 1;
  return mask;
}

/// Local attention: query i visits the keys i - window ... i + window; or, as a mistake, meets all keys and hides those far away.
inline Tensor local_attention(const Tensor& Q, const Tensor& K, const Tensor& V, Index window, bool by_mask, Index& count) {
  Index n = Q.size(0);
  double scale = 1 / sqrt(static_cast<double>(Q.size(1)));
  if (by_mask) return product(softmax(masked_fill(product(Q, transpose(K), count) * scale, far_away(n, window), -infinity)), V, count);
  Tensors rows;
  for (Index i = 0; i < n; ++i) {
    Index first = i < window ? 0 : i - window, last = i + window < n ? i + window + 1 : n;
    Tensor scores = product(slice(Q, 0, i, i + 1), transpose(slice(K, 0, first, last)), count);
    rows.push_back(product(softmax(scores * scale), slice(V, 0, first, last), count));
  }
  return concat(rows, 0);
}
