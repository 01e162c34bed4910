#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv {

/// The result of attention: the weighted sums, and the weights that made them (every attention map comes for free).
/// The weights are undefined if they were not asked for; then they were never stored.
struct Attended {
  Tensor output;   ///< (..., queries, dv)
  Tensor weights;  ///< (..., queries, keys): rows sum to 1, or to 0 where everything is hidden
};

struct AttentionOptions {
  Mask mask;                 ///< true = may not be attended; broadcast to (..., queries, keys)
  Tensor bias;               ///< added to the scaled scores; broadcast to (..., queries, keys); undefined = none
  double scale = 0;          ///< finite; 0 = 1 / sqrt(d)
  bool causal = false;       ///< also hide every key behind the query: j > i
  bool need_weights = true;  ///< false: the fused operation, whose memory grows with T and not T^2; the same output
  double dropout = 0;        ///< while training, each weight is dropped with this probability (ops/norm.h) before it is used
  Rng* rng = nullptr;        ///< what dropout draws from
};

/// softmax(Q K^T / sqrt(d)) V, Vaswani et al. 2017, eq. 1.
/// q (..., queries, d), k (..., keys, d), v (..., keys, dv). A query with no visible key gets weights, output and gradient 0.
/// Hidden keys do not affect a query, in value or gradient, even if they hold NaN, infinity, or numbers whose products overflow.
/// Throws Error if the shapes do not fit.  A bias or dropout needs the weights, so the composed form runs then, whatever need_weights says.
Attended scaled_dot_product_attention(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options = {});

/// The same for all heads at once. Each row holds the heads side by side, as a projection produces them: q (B, queries, heads d),
/// k (B, keys, heads d), v (B, keys, heads dv) -> (B, queries, heads dv). Fused: no copies, no weights; options.bias must be undefined.
Tensor multi_head_attention(const Tensor& q, const Tensor& k, const Tensor& v, Integer heads, const AttentionOptions& options = {});
/// Self-attention on one packed projection: qkv (B, T, 3 heads d), queries first, then keys, then values.
Tensor multi_head_attention(const Tensor& qkv, Integer heads, const AttentionOptions& options = {});

/// Scores of additive attention on projected inputs: e_ij = v . tanh(q_i + k_j).
/// q (B, queries, h), k (B, keys, h), v (h) -> (B, queries, keys). The tanh of all pairs, h times as large as the scores, is never stored.
Tensor additive_scores(const Tensor& q, const Tensor& k, const Tensor& v);

/// Additive attention on projected inputs: e_ij = v . tanh(q_i + k_j), alpha = softmax_j(e), output = alpha values. Bahdanau et al. 2015,
/// eq. 6.  q (B, queries, h), k (B, keys, h), v (h), values (B, keys, dv); mask broadcast to (B, queries, keys).
Attended additive_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& values, const Mask& mask = {});

}  // namespace qkv
