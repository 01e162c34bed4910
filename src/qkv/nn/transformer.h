#pragma once
#include <qkv/nn/attention.h>
#include <qkv/nn/norm.h>

namespace qkv::nn {

enum class Activation { relu, gelu };

struct TransformerOptions {
  double dropout = 0;                        ///< of what each part adds, and inside the feed-forward; attention weights are not dropped
  Activation activation = Activation::relu;  ///< gelu is the erf form
  bool norm_first = false;                   ///< pre-norm: x + f(norm(x)); otherwise post-norm, as in the paper: norm(x + f(x))
  bool batch_first = true;                   ///< PyTorch's own default is false
  double eps = 1e-5;
};

/// Self-attention, then a feed-forward network linear2(act(linear1(x))); each with a residual connection and a layer norm.
/// Vaswani et al. 2017, §3.1; PyTorch's nn.TransformerEncoderLayer.  x (B, T, d_model) -> the same shape.
struct TransformerEncoderLayer : Module {
  TransformerOptions options;
  MultiheadAttention self_attn;
  Linear linear1, linear2;
  LayerNorm norm1, norm2;
  Dropout dropout;

  TransformerEncoderLayer(Index d_model, Index nhead, Index dim_feedforward, Rng& rng, const TransformerOptions& options = {});
  Tensor operator()(const Tensor& x, const MultiheadMasks& masks = {}) const;
};

/// Self-attention, cross-attention to the encoder's output (`memory`), feed-forward.  PyTorch's nn.TransformerDecoderLayer.
struct TransformerDecoderLayer : Module {
  TransformerOptions options;
  MultiheadAttention self_attn, multihead_attn;
  Linear linear1, linear2;
  LayerNorm norm1, norm2, norm3;
  Dropout dropout;

  TransformerDecoderLayer(Index d_model, Index nhead, Index dim_feedforward, Rng& rng, const TransformerOptions& options = {});
  /// x (B, T, d_model), memory (B, S, d_model) -> (B, T, d_model). `masks` belong to x, `memory_masks` to the cross-attention.
  /// If `cross_weights` is given, the cross-attention's weights (B, heads, T, S) are put there.
  Tensor operator()(const Tensor& x, const Tensor& memory, const MultiheadMasks& masks = {}, const MultiheadMasks& memory_masks = {},
                    Tensor* cross_weights = nullptr) const;
};

struct TransformerMasks {
  Mask src_key_padding, tgt, tgt_key_padding, memory_key_padding;
};

/// The whole: encoder layers and a norm, decoder layers and a norm.  PyTorch's nn.Transformer, without embeddings.
/// Parameters: encoder.layers.0.self_attn..., encoder.norm, decoder.layers.0..., decoder.norm; all matrices start Xavier-uniform.
struct Transformer : Module {
  std::vector<TransformerEncoderLayer> encoder_layers;
  std::vector<TransformerDecoderLayer> decoder_layers;
  LayerNorm encoder_norm, decoder_norm;

  Transformer(Index d_model, Index nhead, Index num_encoder_layers, Index num_decoder_layers, Index dim_feedforward, Rng& rng,
              const TransformerOptions& options = {});
  /// src (B, S, d_model) -> memory (B, S, d_model).
  Tensor encode(const Tensor& src, const Mask& src_key_padding = {}) const;
  /// tgt (B, T, d_model), memory (B, S, d_model) -> (B, T, d_model).
  /// If `cross_weights` is given, the last layer's weights (B, heads, T, S) are put there.
  Tensor decode(const Tensor& tgt, const Tensor& memory, const TransformerMasks& masks = {}, Tensor* cross_weights = nullptr) const;
  Tensor operator()(const Tensor& src, const Tensor& tgt, const TransformerMasks& masks = {}) const;
};

}  // namespace qkv::nn
