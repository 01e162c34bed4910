#pragma once
#include <qkv/ops/attention.h>

// The fused side of ops/attention.h, for its .cpp.

namespace qkv {

/// scaled_dot_product_attention's output without weights, once its arguments are checked. q, k and v have the same leading axes.
Tensor fused_attention(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options);

/// Throws Error unless the mask broadcasts to the scores (..., queries, keys).
void require_mask(const char* operation, const Mask& mask, const Shape& scores);
/// Throws Error unless the scale is a number to multiply with.
void require_scale(const char* operation, double scale);

}  // namespace qkv
