#pragma once
#include <qkv/ops/attention.h>

// The fused side of ops/attention.h, for its .cpp.

namespace qkv {

/// May the fused operation stand in: no weights are wanted, nothing is added to or dropped from them, and the leading axes are the same?
bool can_be_fused(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options);
/// scaled_dot_product_attention's output without weights, once its arguments are checked.
Tensor fused_attention(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options);
/// additive_scores without NaNs where the mask hides; mask broadcast to (B, queries, keys).
Tensor additive_scores(const Tensor& q, const Tensor& k, const Tensor& v, const Mask& mask);

}  // namespace qkv
