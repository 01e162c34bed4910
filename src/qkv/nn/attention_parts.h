#pragma once
#include <qkv/nn/attention.h>

// The steps of MultiheadAttention, in attention.cpp; cache.cpp takes them too.

namespace qkv::nn {

/// The shape of the scores (B, heads, L, S), if the inputs fit together.
Shape checked_scores(const MultiheadAttention& mha, const Shape& query, const Shape& key, const Shape& value);
/// What either mask hides, to be broadcast to `scores` (B, heads, L, S).
Mask combined(const MultiheadMasks& masks, const Shape& scores);
/// Part 0, 1 or 2, which are q, k and v: (B, T, E) = input W^T + b, with its own rows of in_proj.
Tensor projected(const MultiheadAttention& mha, Index part, const Tensor& input);
/// q, k and v.  Of a packed self-attention one product, (B, T, 3 E).
Tensors project(const MultiheadAttention& mha, const Tensor& query, const Tensor& key, const Tensor& value);
/// Exchanges the first two axes, where the layer is not batch_first: (B, T, E) <-> (T, B, E).
Tensor exchanged(const MultiheadAttention& mha, const Tensor& x);
/// Attention of each head on projected q (B, L, E), k, v (B, S, E), or all side by side (B, T, 3 E), then out_proj.
Attended attend(const MultiheadAttention& mha, Tensors qkv, const Mask& hidden, const MultiheadMasks& masks);

}  // namespace qkv::nn
