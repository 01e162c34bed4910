#include <qkv/ops/arithmetic.h>
#include <qkv/ops/attention.h>
#include <qkv/ops/attention_parts.h>
#include <qkv/ops/fused_attention.h>
#include <qkv/ops/norm.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>

// The two attentions as their formulas say it. What runs instead where it is faster stands in fused_attention.cpp; tests hold the two together.

namespace qkv {

/// scores = Q K^T / sqrt(d),  weights = softmax(scores), with -inf where attention may not go,  output = weights V.
Attended scaled_dot_product_attention(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options) {
  const Shape shape = check_attention("scaled_dot_product_attention", q, k, v, options);  // (..., queries, keys)
  if (can_be_fused(q, k, v, options)) return {fused_attention(q, k, v, options), Tensor()};
  const Mask mask = options.causal ? options.mask | causal_mask(shape[-2], shape[-1]) : options.mask;

  Tensor scores = visible_scores(q, k, mask) * scale_of(q.size(-1), options);  // (..., queries, keys)
  if (options.bias.defined()) scores = scores + options.bias;
  Tensor weights = softmax(masked_fill(scores, mask, -infinity));
  if (options.dropout > 0) weights = dropout(weights, options.dropout, *options.rng);
  return {weighted_values(weights, v, mask), weights};
}

/// scores_ij = v . tanh(q_i + k_j),  weights = softmax(scores), with -inf where attention may not go,  output = weights V.
Attended additive_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& values, const Mask& mask) {
  check_additive_attention(q, k, v, values, mask);
  Tensor scores = additive_scores(q, k, v, mask);  // the same as matmul(tanh(unsqueeze(q, 2) + unsqueeze(k, 1)), v)
  Tensor weights = softmax(masked_fill(scores, mask, -infinity));
  return {weighted_values(weights, values, mask), weights};
}

}  // namespace qkv
