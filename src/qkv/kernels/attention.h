#pragma once
#include <qkv/tensor/scalar.h>

#include <cstdint>

// Scaled dot-product attention of one head without its matrix of weights: a tile of 48 queries and 256 keys at a time, so that memory grows
// with T and not T^2 and every tile stays in the cache. Weights are computed again where the gradient needs them. With a causal mask, tiles
// in which every key lies in the future are not even looked at.   Dao et al. 2022 (FlashAttention), algorithms 1 and 4.

namespace qkv::kernels {

/// One head: rows of q, k, v and of the output lie `stride` numbers apart, so that a head can be read in place from packed projections.
struct Head {
  Index queries, keys, d, dv;
  Scalar scale;
  const Scalar *q, *k, *v;
  Index q_stride, k_stride, v_stride;
  bool causal;                 // key j is hidden from query i if j > i
  const std::uint8_t* hidden;  // or marks, by these strides (0 where repeated); null: none
  Index hidden_query_stride, hidden_key_stride;
  Scalar *largest, *inverse_sum;  // of each query's softmax: written by attention(), read by attention_gradient()
};

// A key that is hidden from a query does not reach it, nor the query that key, whatever stands there: also NaN, infinity, or numbers so large that
// their products are infinite, which 0 times would still be NaN. So padding may hold anything. Where such a key is hidden from some queries only,
// those are right, and the others have the NaN, in the output and in the gradients that they have a part in.

/// out_i = sum_j softmax_j(scale q_i . k_j) v_j; 0 where everything is hidden. `scratch` holds attention_scratch(queries, keys, d, dv) numbers.
void attention(const Head& head, Scalar* out, Index out_stride, Scalar* scratch);

/// From out and dout: dq, dk, dv. With P the weights and S the scores of a tile, row by row:
/// dv += P^T dout,  dP = dout v^T,  dS = P (dP - dout . out) scale,  dq += dS k,  dk += dS^T q.
void attention_gradient(const Head& head, const Scalar* out, const Scalar* dout, Index out_stride, Scalar* dq, Scalar* dk, Scalar* dv,
                        Index dq_stride, Index dk_stride, Index dv_stride, Scalar* scratch);

Index attention_scratch(Index queries, Index keys, Index d, Index dv);

}  // namespace qkv::kernels
