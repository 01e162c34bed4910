#pragma once
#include <qkv/nn/linear.h>
#include <qkv/nn/norm.h>
#include <qkv/ops/attention.h>

namespace qkv::nn {

/// Additive attention: e_ij = v . tanh(W1 q_i + W2 k_j), alpha_i = softmax_j(e_ij), output_i = sum_j alpha_ij value_j.
/// Bahdanau et al. 2015, eq. 6.
/// query (B, Tq, query_dim), key (B, Tk, key_dim), value (B, Tk, dv) -> output (B, Tq, dv), weights (B, Tq, Tk).
/// A single query (B, query_dim) gives output (B, dv) and weights (B, Tk).
/// mask (B, Tk) hides keys; one of three axes is broadcast to (B, Tq, Tk).
/// Parameters: v (h), W1.weight (h, query_dim), W2.weight (h, key_dim), and with bias W1.bias, W2.bias.
struct AdditiveAttention : Module {
  Linear W1, W2;
  Parameter v;

  AdditiveAttention(Integer query_dim, Integer key_dim, Integer hidden, Rng& rng, Flag bias = false);
  Attended operator()(const Tensor& query, const Tensor& key, const Tensor& value, const Mask& mask = {}) const;
};

struct MultiheadAttentionOptions {
  Flag bias = true;
  Integer kdim = 0, vdim = 0;  ///< widths of key and value; 0 = embed_dim
  Flag batch_first = true;     ///< (B, T, d); PyTorch's own default is false: (T, B, d)
  double dropout = 0;          ///< probability of dropping a weight while training; the generator must then outlive the layer
};

struct MultiheadMasks {
  MultiheadMasks() {}
  /// Give both, or {} for one of them. A single Mask is refused, because it could be either.
  MultiheadMasks(Mask padding, Mask other) : key_padding(std::move(padding)), attn(std::move(other)) {}
  Mask key_padding;             ///< (B, S): true = this key is padding
  Mask attn;                    ///< (L, S), or anything that broadcasts to (B, heads, L, S): true = may not be attended
  Flag need_weights = true;     ///< false: weights stay undefined
  Flag average_weights = true;  ///< weights (B, L, S), the mean over heads; false: (B, heads, L, S)
};

/// The projected keys and values of the positions read so far, (B, S, embed_dim) each, whatever batch_first says. A decoder that writes word
/// by word keeps them. Without them it would project every earlier word again at each step.
struct KeyValueCache {
  Tensor keys, values;  ///< undefined at first: nothing was read yet

  /// How many positions are kept.
  Index length() const { return keys.defined() ? keys.size(1) : 0; }
  /// Row b becomes a copy of row from[b]: beam search continues some rows more than once and drops others (nn/decode.h).
  void reorder(const std::vector<Index>& from);
};

/// num_heads attentions in parallel, each on its own projections of width embed_dim / num_heads.
/// Vaswani et al. 2017, §3.2.2; PyTorch's nn.MultiheadAttention.
/// query (B, L, embed_dim), key (B, S, kdim), value (B, S, vdim) -> output (B, L, embed_dim).
/// in_proj_weight (3E, E) holds the rows of q, k, v, Xavier-uniform at first; with kdim or vdim: q_proj_weight, k_proj_weight, v_proj_weight.
/// in_proj_bias (3E), zeros at first; out_proj (Linear).
/// Returns the weights that made the output: while training, these are the weights after dropout.
/// What either mask hides is hidden. A query that can attend to nothing gets weights and context 0: its output is out_proj.bias.
struct MultiheadAttention : Module {
  const Index embed_dim, num_heads;
  const MultiheadAttentionOptions options;
  const Dropout dropout;
  Linear out_proj;
  Parameter in_proj_weight;  ///< undefined if kdim or vdim differ from embed_dim, then:
  Parameter q_proj_weight, k_proj_weight, v_proj_weight;
  Parameter in_proj_bias;

  MultiheadAttention(Integer embed_dim, Integer num_heads, Rng& rng, const MultiheadAttentionOptions& options = {});
  Attended operator()(const Tensor& query, const Tensor& key, const Tensor& value, const MultiheadMasks& masks = {}) const;
  /// Self-attention: query, key and value are the same.
  Attended operator()(const Tensor& x, const MultiheadMasks& masks = {}) const { return (*this)(x, x, x, masks); }

  /// Causal self-attention, continued: x (B, L, embed_dim) follows what the cache holds, and its keys and values are added there. Each
  /// position sees the kept ones, itself, and those of x before it. So output and weights are the last L rows of causal self-attention
  /// over all positions. `masks` may hide more: key_padding (B, S), attn (L, S), where S counts all positions, those of x included.
  Attended operator()(const Tensor& x, KeyValueCache& cache, const MultiheadMasks& masks = {}) const;
  /// Cross-attention in two parts: project key and value once, then ask again and again. recall(query, remember(key, value)) is the same as
  /// (*this)(query, key, value).
  KeyValueCache remember(const Tensor& key, const Tensor& value) const;
  Attended recall(const Tensor& query, const KeyValueCache& memory, const MultiheadMasks& masks = {}) const;
};

}  // namespace qkv::nn
