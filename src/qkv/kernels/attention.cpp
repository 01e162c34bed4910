#include <qkv/kernels/attention.h>
#include <qkv/kernels/gemm.h>
#include <qkv/kernels/softmax.h>

#include <algorithm>
#include <limits>

namespace qkv::kernels {
namespace {

constexpr Index strip = 64;  // queries at a time

/// The weights of the queries [first, first + rows) over their first `visible` keys: (rows, visible).
void strip_weights(const Head& head, Index first, Index rows, Index visible, Scalar* weights) {
  gemm(false, true, rows, visible, head.d, head.scale, {head.q + first * head.q_stride, head.q_stride}, {head.k, head.k_stride}, 0, weights,
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

Index attention_scratch(Index queries, Index keys) { return 2 * std::min(strip, queries) * keys; }

void attention(const Head& head, Scalar* out, Index out_stride, Scalar* scratch) {
  for_each_strip(head, [&](Index first, Index rows, Index visible) {
    strip_weights(head, first, rows, visible, scratch);
    gemm(false, false, rows, head.dv, visible, 1, {scratch, visible}, {head.v, head.v_stride}, 0, out + first * out_stride, out_stride);
  });
}

void attention_gradient(const Head& head, const Scalar* dout, Index dout_stride, Scalar* dq, Scalar* dk, Scalar* dv, Index dq_stride,
                        Index dk_stride, Index dv_stride, Scalar* scratch) {
  Scalar *weights = scratch, *dscores = scratch + std::min(strip, head.queries) * head.keys;
  for_each_strip(head, [&](Index first, Index rows, Index visible) {
    Strided up{dout + first * dout_stride, dout_stride}, q{head.q + first * head.q_stride, head.q_stride};
    strip_weights(head, first, rows, visible, weights);
    gemm(true, false, visible, head.dv, rows, 1, {weights, visible}, up, 1, dv, dv_stride);
    gemm(false, true, rows, visible, head.dv, 1, up, {head.v, head.v_stride}, 0, dscores, visible);
    softmax_gradient(dscores, weights, rows, visible, 1, dscores);
    gemm(false, false, rows, head.d, visible, head.scale, {dscores, visible}, {head.k, head.k_stride}, 1, dq + first * dq_stride,
         dq_stride);
    gemm(true, false, visible, head.d, rows, head.scale, {dscores, visible}, q, 1, dk, dk_stride);
  });
}

}  // namespace qkv::kernels
