#include <qkv/kernels/attention.h>
#include <qkv/kernels/gemm.h>
#include <qkv/kernels/softmax.h>

#include <algorithm>
#include <limits>

namespace qkv::kernels {
namespace {

constexpr Index strip = 48;  // queries at a time: whole blocks of the matrix product

/// The weights of the queries [first, first + rows) over their first `visible` keys: (rows, visible).
void strip_weights(const Head& head, const Scalar* k_transposed, Index first, Index rows, Index visible, Scalar* weights) {
  small_gemm(rows, visible, head.d, head.scale, head.q + first * head.q_stride, head.q_stride, 1, {k_transposed, head.keys}, 0, weights,
             visible);
  constexpr Scalar never = -std::numeric_limits<Scalar>::infinity();
  for (Index i = 0; i < rows; ++i) {
    Scalar* row = weights + i * visible;
    if (head.causal) std::fill(row + std::min(first + i + 1, visible), row + visible, never);
    if (head.hidden)
      for (Index j = 0; j < visible; ++j)
        if (head.hidden[(first + i) * head.hidden_query_stride + j * head.hidden_key_stride]) row[j] = never;
  }
  softmax(weights, rows, visible, 1, weights);
}

/// Calls step(first query, how many, keys that any of them may see) for each strip.
template <class Step>
void for_each_strip(const Head& head, Step step) {
  for (Index first = 0; first < head.queries; first += strip) {
    Index rows = std::min(strip, head.queries - first);
    step(first, rows, head.causal ? std::min(head.keys, first + rows) : head.keys);
  }
}

}  // namespace

Index attention_scratch(Index queries, Index keys, Index d, Index dv) { return (2 * std::min(strip, queries) + d + dv) * keys; }

void attention(const Head& head, Scalar* out, Index out_stride, Scalar* scratch) {
  Scalar *k_transposed = scratch, *weights = k_transposed + head.d * head.keys;
  transpose(head.k, head.keys, head.d, head.k_stride, k_transposed);
  for_each_strip(head, [&](Index first, Index rows, Index visible) {
    strip_weights(head, k_transposed, first, rows, visible, weights);
    small_gemm(rows, head.dv, visible, 1, weights, visible, 1, {head.v, head.v_stride}, 0, out + first * out_stride, out_stride);
  });
}

void attention_gradient(const Head& head, const Scalar* dout, Index dout_stride, Scalar* dq, Scalar* dk, Scalar* dv, Index dq_stride,
                        Index dk_stride, Index dv_stride, Scalar* scratch) {
  Scalar *k_transposed = scratch, *v_transposed = k_transposed + head.d * head.keys, *weights = v_transposed + head.dv * head.keys;
  Scalar* dscores = weights + std::min(strip, head.queries) * head.keys;
  transpose(head.k, head.keys, head.d, head.k_stride, k_transposed);
  transpose(head.v, head.keys, head.dv, head.v_stride, v_transposed);
  for_each_strip(head, [&](Index first, Index rows, Index visible) {
    const Scalar *up = dout + first * dout_stride, *q = head.q + first * head.q_stride;
    strip_weights(head, k_transposed, first, rows, visible, weights);
    small_gemm(visible, head.dv, rows, 1, weights, 1, visible, {up, dout_stride}, 1, dv, dv_stride);
    small_gemm(rows, visible, head.dv, 1, up, dout_stride, 1, {v_transposed, head.keys}, 0, dscores, visible);
    softmax_gradient(dscores, weights, rows, visible, 1, dscores);
    small_gemm(rows, head.d, visible, head.scale, dscores, visible, 1, {head.k, head.k_stride}, 1, dq + first * dq_stride, dq_stride);
    small_gemm(visible, head.d, rows, head.scale, dscores, 1, visible, {q, head.q_stride}, 1, dk, dk_stride);
  });
}

}  // namespace qkv::kernels
