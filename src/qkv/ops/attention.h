#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv {

/// What attention gives back: the weighted sums, and the weights that made them (so that every attention map is free).
struct Attended {
  Tensor output;    ///< (..., queries, dv)
  Tensor weights;   ///< (..., queries, keys): rows sum to 1, or to 0 where everything is hidden
};

struct AttentionOptions {
  Mask mask;          ///< true = may not be attended; broadcast to (..., queries, keys)
  Tensor bias;        ///< added to the scaled scores; broadcast to (..., queries, keys); undefined = none
  double scale = 0;   ///< 0 = 1 / sqrt(d)
};

/// softmax(Q K^T / sqrt(d)) V, Vaswani et al. 2017, eq. 1.
/// q (..., queries, d), k (..., keys, d), v (..., keys, dv). A row with nothing to attend to gets weights, output and gradient 0.
/// Throws Error if the shapes do not fit.
Attended scaled_dot_product_attention(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options = {});

/// Additive attention on projected inputs: e_ij = v . tanh(q_i + k_j), alpha = softmax_j(e), output = alpha values.  Bahdanau et al. 2015, eq. 6.
/// q (B, queries, h), k (B, keys, h), v (h), values (B, keys, dv); mask broadcast to (B, queries, keys).
Attended additive_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& values, const Mask& mask = {});

}  // namespace qkv
