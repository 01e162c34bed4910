#pragma once
#include <qkv/tensor/scalar.h>

#include <cstdint>

// Scaled dot-product attention of one head without the full weight matrix. It works on tiles of 48 queries and 256 keys, so memory grows
// with T and not T^2, and every tile stays in the cache. The gradient computes the weights again. With a causal mask, tiles in which every
// key lies in the future are skipped.   Dao et al. 2022 (FlashAttention), algorithms 1 and 4.

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

// Where a pair is hidden, neither value nor gradient passes between query and key, whatever they hold: NaN, infinity, or numbers whose
// products overflow (0 times these would be NaN). So padding may hold anything. If such a key is hidden from only some queries, those
// queries are right. The others get NaN, in their output and in every gradient that they contribute to.

/// out_i = sum_j softmax_j(scale q_i . k_j) v_j; 0 where all is hidden. `scratch` holds attention_scratch(queries, keys, d, dv) numbers.
void attention(const Head& head, Scalar* out, Index out_stride, Scalar* scratch);

/// From out and dout: dq, dk, dv. With P the weights and S the scores of a tile, row by row:
/// dv += P^T dout,  dP = dout v^T,  dS = P (dP - dout . out) scale,  dq += dS k,  dk += dS^T q.
void attention_gradient(const Head& head, const Scalar* out, const Scalar* dout, Index out_stride, Scalar* dq, Scalar* dk, Scalar* dv,
                        Index dq_stride, Index dk_stride, Index dv_stride, Scalar* scratch);

Index attention_scratch(Index queries, Index keys, Index d, Index dv);

}  // namespace qkv::kernels
