#pragma once
#include <qkv/nn/attention.h>
#include <qkv/nn/norm.h>

namespace qkv::nn {

enum class Activation { relu, gelu };

struct TransformerOptions {
  double dropout = 0;                        ///< applied to what each part adds, to the attention weights, and inside the feed-forward
  Activation activation = Activation::relu;  ///< gelu is the erf form
  Flag norm_first = false;                   ///< pre-norm: x + f(norm(x)); otherwise post-norm, as in the paper: norm(x + f(x))
  Flag batch_first = true;                   ///< PyTorch's own default is false
  double eps = 1e-5;
};

/// Self-attention, then a feed-forward network linear2(act(linear1(x))); each with a residual connection and a layer norm.
/// Vaswani et al. 2017, §3.1; PyTorch's nn.TransformerEncoderLayer.  x (B, T, d_model) -> the same shape.
struct TransformerEncoderLayer : Module {
  const TransformerOptions options;
  MultiheadAttention self_attn;
  Linear linear1, linear2;
  LayerNorm norm1, norm2;
  const Dropout dropout;

  TransformerEncoderLayer(Integer d_model, Integer nhead, Integer dim_feedforward, Rng& rng, const TransformerOptions& options = {});
  Tensor operator()(const Tensor& x, const MultiheadMasks& masks = {}) const;
  /// x follows what the cache holds, and sees nothing behind itself: a layer of a language model that writes (MultiheadAttention's cache).
  Tensor operator()(const Tensor& x, KeyValueCache& cache) const;
};

/// What a decoder layer keeps from one word to the next: of what was written, and of the encoder's output.
struct DecoderLayerCache {
  KeyValueCache written, memory;
};

/// Self-attention, cross-attention to the encoder's output (`memory`), feed-forward.  PyTorch's nn.TransformerDecoderLayer.
struct TransformerDecoderLayer : Module {
  const TransformerOptions options;
  MultiheadAttention self_attn, multihead_attn;
  Linear linear1, linear2;
  LayerNorm norm1, norm2, norm3;
  const Dropout dropout;

  TransformerDecoderLayer(Integer d_model, Integer nhead, Integer dim_feedforward, Rng& rng, const TransformerOptions& options = {});
  /// x (B, T, d_model), memory (B, S, d_model) -> (B, T, d_model). `masks` belong to x, `memory_masks` to the cross-attention.
  /// If `cross_weights` is given, the cross-attention's weights (B, heads, T, S) are stored there.
  Tensor operator()(const Tensor& x, const Tensor& memory, const MultiheadMasks& masks = {}, const MultiheadMasks& memory_masks = {},
                    Tensor* cross_weights = nullptr) const;

  /// Projects the memory once, for all words to come.
  DecoderLayerCache remember(const Tensor& memory) const;
  /// The same as above with a causal mask, where x follows what the cache holds.
  Tensor operator()(const Tensor& x, DecoderLayerCache& cache, const MultiheadMasks& memory_masks = {},
                    Tensor* cross_weights = nullptr) const;
};

struct TransformerMasks {
  Mask src_key_padding;       ///< (B, S): true = this key is padding
  Mask tgt, tgt_key_padding;  ///< (T, T): true = may not be attended; (B, T)
  Mask memory_key_padding;    ///< (B, S), of the cross-attention
  Mask src, memory;           ///< (S, S); (T, S), of the cross-attention
};

/// What a decoder keeps from one word to the next, layer by layer.
struct TransformerCache {
  std::vector<DecoderLayerCache> layers;
  Mask memory_key_padding;  ///< (B, S)

  /// Row b becomes a copy of row from[b], in every layer.
  void reorder(const std::vector<Index>& from);
};

/// The whole model: encoder layers and a norm, decoder layers and a norm.  PyTorch's nn.Transformer, without embeddings.
/// Parameters: encoder.layers.0.self_attn..., encoder.norm, decoder.layers.0..., decoder.norm; all matrices start Xavier-uniform.
struct Transformer : Module {
  const std::vector<TransformerEncoderLayer> encoder_layers;
  const std::vector<TransformerDecoderLayer> decoder_layers;
  LayerNorm encoder_norm, decoder_norm;

  Transformer(Integer d_model, Integer nhead, Integer num_encoder_layers, Integer num_decoder_layers, Integer dim_feedforward, Rng& rng,
              const TransformerOptions& options = {});
  /// src (B, S, d_model) -> memory (B, S, d_model).
  Tensor encode(const Tensor& src, const TransformerMasks& masks = {}) const;
  /// tgt (B, T, d_model), memory (B, S, d_model) -> (B, T, d_model).
  /// If `cross_weights` is given, the last layer's weights (B, heads, T, S) are stored there.
  Tensor decode(const Tensor& tgt, const Tensor& memory, const TransformerMasks& masks = {}, Tensor* cross_weights = nullptr) const;
  Tensor operator()(const Tensor& src, const Tensor& tgt, const TransformerMasks& masks = {}) const;

  /// Begins to write: projects the memory once for each layer. Then decode() takes the next words, tgt (B, T, d_model), usually one (T = 1),
  /// and gives what decode() above gives for all words so far with a causal mask, of these the last T.
  ///     TransformerCache cache = model.remember(model.encode(src));
  ///     Tensor first = model.decode(embed(start), cache), second = model.decode(embed(argmax(scores(first))), cache);
  TransformerCache remember(const Tensor& memory, const Mask& memory_key_padding = {}) const;
  Tensor decode(const Tensor& tgt, TransformerCache& cache, Tensor* cross_weights = nullptr) const;
};

}  // namespace qkv::nn
