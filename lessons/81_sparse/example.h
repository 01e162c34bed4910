#pragma once
#include "sparse.h"

// The example of sections 1 and 2, and the five ways of section 3 without any saving: all pairs are computed.

/// Eight positions of width 2; the query of interest is that of position 5.
struct Example {
  Tensor q = tensor({{{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {1, 2}, {0, 0}, {0, 0}}});
  Tensor k = tensor({{{1, 0}, {1, 2}, {-1, 0}, {0, 1}, {0, -1}, {1, 0}, {0, 1}, {-2, 0}}});
  Tensor places = unsqueeze(eye(8), 0);  // one-hot values: then the output is the weights
};

/// Hidden: what the window does not see / what is not on the stride. (n, n)
inline Mask in_window(Index n, Index w) {
  Mask mask({n, n}, std::vector<std::uint8_t>(n * n));
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) mask.hidden[i * n + j] = std::abs(i - j) > w;
  return mask;
}
inline Mask on_stride(Index n, Index s) {
  Mask mask({n, n}, std::vector<std::uint8_t>(n * n));
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) mask.hidden[i * n + j] = (i - j) % s != 0;
  return mask;
}
/// softmax(Q K^T / sqrt(d)) V with some pairs hidden.
inline Tensor hidden_pairs(const Tensor& q, const Tensor& k, const Tensor& v, const Mask& mask) {
  AttentionOptions options;
  options.mask = mask;
  return scaled_dot_product_attention(q, k, v, options).output;
}

/// E (r, n): row g has 1 / (n/r) at the positions of group g. Low-rank attention meets E K and E V.
inline Tensor means_of_neighbours(Index n, Index r) {
  Tensor E = zeros({r, n});
  for (Index j = 0; j < n; ++j) E.set({j / (n / r), j}, static_cast<double>(r) / static_cast<double>(n));
  return E;
}
inline Tensor by_matrix(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& E) {
  return full_attention(q, matmul(E, k), matmul(E, v));
}

/// Linear attention with a weight for each pair: phi(q_i) . phi(k_j) / sum_j.
inline Tensor pair_by_pair(const Tensor& q, const Tensor& k, const Tensor& v) {
  Tensor scores = matmul(phi(q), transpose(phi(k)));  // (B, n, n)
  return matmul(scores / sum(scores, -1, true), v);
}
