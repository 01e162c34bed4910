#pragma once
#include <qkv/ops/attention.h>

// The fused part of ops/attention.h, for its .cpp.

namespace qkv {

/// Can the fused operation be used? Yes if no weights are wanted, there is no bias or dropout, and the leading axes are equal.
bool can_be_fused(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options);
/// The output of scaled_dot_product_attention without weights, after its arguments have been checked.
Tensor fused_attention(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options);
/// additive_scores without NaN at hidden pairs; mask broadcast to (B, queries, keys).
Tensor additive_scores(const Tensor& q, const Tensor& k, const Tensor& v, const Mask& mask);

}  // namespace qkv
