#pragma once
#include <qkv/qkv.h>

// Five ways to let n queries meet n keys. q, k (B, n, d), v (B, n, dv) -> (B, n, dv).

using namespace qkv;

/// Full attention (全注意力): every query meets every key, n n pairs.
inline Tensor full_attention(const Tensor& q, const Tensor& k, const Tensor& v) { return scaled_dot_product_attention(q, k, v).output; }

/// Each block of w positions beside the block before it and the block behind it; blocks of zeros at both ends: (B, n, d) -> (B, n/w, 3w, d).
inline Tensor three_blocks(const Tensor& x, Index w) {
  Index B = x.size(0), n = x.size(1), d = x.size(2);
  Tensor end = zeros({B, w, d}), padded = concat({end, x, end}, 1);
  Tensors blocks;
  for (Index shift : {0, 1, 2}) blocks.push_back(reshape(slice(padded, 1, shift * w, shift * w + n), {B, n / w, w, d}));
  return concat(blocks, 2);
}

/// What a query must not see of its three blocks: keys more than w away, and the zeros at the ends: (n/w, w, 3w). As a mistake also what
/// lies beyond its own block.
inline Mask outside_window(Index n, Index w, bool own_block_only) {
  Mask mask({n / w, w, 3 * w}, std::vector<std::uint8_t>(3 * n * w));
  for (Index i = 0; i < n; ++i)
    for (Index c = 0; c < 3 * w; ++c) {
      const Index j = i / w * w - w + c;
      mask.hidden[i * 3 * w + c] = j < 0 || j >= n || j < i - w || j > i + w || (own_block_only && j / w != i / w);
    }
  return mask;
}

/// A window (窗口注意力): query i meets the keys i - w ... i + w. Blocks, so that only 3 w n pairs are computed. n is a multiple of w.
inline Tensor window_attention(const Tensor& q, const Tensor& k, const Tensor& v, Index w, bool own_block_only = false) {
  AttentionOptions options;
  options.mask = outside_window(q.size(1), w, own_block_only);
  Tensor blocks = reshape(q, {q.size(0), q.size(1) / w, w, q.size(2)});
  Tensor out = scaled_dot_product_attention(blocks, three_blocks(k, w), three_blocks(v, w), options).output;
  return reshape(out, {v.size(0), v.size(1), v.size(2)});
}

/// Strides (跨步注意力): query i meets the keys ... i - s, i, i + s ...: s short sequences, n n / s pairs. n is a multiple of s.
inline Tensor strided_attention(const Tensor& q, const Tensor& k, const Tensor& v, Index s) {
  auto sorted = [&](const Tensor& x) { return transpose(reshape(x, {x.size(0), x.size(1) / s, s, x.size(2)}), 1, 2); };  // (B, s, n/s, d)
  return reshape(transpose(full_attention(sorted(q), sorted(k), sorted(v)), 1, 2), v.shape());
}

/// Low rank (低秩注意力): keys and values become r means of neighbours, and queries meet these: n r pairs. n is a multiple of r.
/// Wang et al. 2020 (Linformer); theirs are learned weighted sums.
inline Tensor low_rank_attention(const Tensor& q, const Tensor& k, const Tensor& v, Index r) {
  auto means = [&](const Tensor& x) { return mean(reshape(x, {x.size(0), r, x.size(1) / r, x.size(2)}), 2); };
  return full_attention(q, means(k), means(v));
}

/// phi(x) = elu(x) + 1: x + 1 above 0, exp(x) below; never negative.
inline Tensor phi(const Tensor& x) { return relu(x) + exp(minimum(x, 0)); }

/// Linear attention (线性注意力): weights phi(q) . phi(k) / sum instead of softmax. Then the sum over keys can be done once, before any query
/// is looked at: no pairs at all, n d dv multiply-adds twice. Katharopoulos et al. 2020.
inline Tensor linear_attention(const Tensor& q, const Tensor& k, const Tensor& v) {
  Tensor memory = matmul(transpose(phi(k)), v);                 // (B, d, dv): all keys and values, added up
  Tensor total = matmul(phi(q), unsqueeze(sum(phi(k), 1), 2));  // (B, n, 1)
  return matmul(phi(q), memory) / total;
}

/// Which of the five, and its one size: w, s or r.
struct Kind {
  std::string name;
  Index size = 0;
  bool own_block_only = false;  // the mistake of --break=own-block

  Tensor operator()(const Tensor& q, const Tensor& k, const Tensor& v) const {
    if (name == "window") return window_attention(q, k, v, size, own_block_only);
    if (name == "strided") return strided_attention(q, k, v, size);
    if (name == "low rank") return low_rank_attention(q, k, v, size);
    if (name == "linear") return linear_attention(q, k, v);
    return full_attention(q, k, v);
  }
  /// Multiply-adds for n queries and n keys, all of width d: two products a pair.
  Index multiply_adds(Index n, Index d) const {
    if (name == "window") return 2 * n * 3 * size * d;
    if (name == "strided") return 2 * n * (n / size) * d;
    if (name == "low rank") return 2 * n * size * d;
    if (name == "linear") return 2 * n * d * d;
    return 2 * n * n * d;
  }
};
