#include <qkv/nn/init.h>
#include <qkv/nn/transformer_parts.h>
#include <qkv/tensor/check.h>

namespace qkv::nn {
namespace {

MultiheadAttention attention(Index d_model, Index nhead, Rng& rng, const TransformerOptions& options) {
  MultiheadAttentionOptions chosen;
  chosen.batch_first = options.batch_first;
  chosen.dropout = options.dropout;
  return MultiheadAttention(d_model, nhead, rng, chosen);
}

/// Self-attention as a function of x (B, T, d_model).
template <class Layer>
auto self_attention(const Layer& layer, MultiheadMasks masks) {
  masks.need_weights = false;
  return [&layer, masks = std::move(masks)](const Tensor& x) { return layer.self_attn(x, masks).output; };
}
}  // namespace

TransformerEncoderLayer::TransformerEncoderLayer(Integer d_model, Integer nhead, Integer dim_feedforward, Rng& rng,
                                                 const TransformerOptions& chosen)
    : options(chosen),
      self_attn(add_module("self_attn", attention(d_model, nhead, rng, chosen))),
      linear1(add_module("linear1", Linear(d_model, dim_feedforward, rng))),
      linear2(add_module("linear2", Linear(dim_feedforward, d_model, rng))),
      norm1(add_module("norm1", LayerNorm({d_model}, chosen.eps))),
      norm2(add_module("norm2", LayerNorm({d_model}, chosen.eps))),
      dropout(chosen.dropout, rng) {}

Tensor TransformerEncoderLayer::operator()(const Tensor& x, const MultiheadMasks& masks) const {
  Tensor h = residual(*this, norm1, x, self_attention(*this, masks));
  return residual(*this, norm2, h, feed_forward(*this));
}

TransformerDecoderLayer::TransformerDecoderLayer(Integer d_model, Integer nhead, Integer dim_feedforward, Rng& rng,
                                                 const TransformerOptions& chosen)
    : options(chosen),
      self_attn(add_module("self_attn", attention(d_model, nhead, rng, chosen))),
      multihead_attn(add_module("multihead_attn", attention(d_model, nhead, rng, chosen))),
      linear1(add_module("linear1", Linear(d_model, dim_feedforward, rng))),
      linear2(add_module("linear2", Linear(dim_feedforward, d_model, rng))),
      norm1(add_module("norm1", LayerNorm({d_model}, chosen.eps))),
      norm2(add_module("norm2", LayerNorm({d_model}, chosen.eps))),
      norm3(add_module("norm3", LayerNorm({d_model}, chosen.eps))),
      dropout(chosen.dropout, rng) {}

Tensor TransformerDecoderLayer::operator()(const Tensor& x, const Tensor& memory, const MultiheadMasks& masks,
                                           const MultiheadMasks& memory_masks, Tensor* cross_weights) const {
  MultiheadMasks cross_masks = memory_masks;
  cross_masks.need_weights = cross_weights != nullptr;
  cross_masks.average_weights = false;

  Tensor h = residual(*this, norm1, x, self_attention(*this, masks));
  h = residual(*this, norm2, h, [&](const Tensor& from) {
    Attended seen = multihead_attn(from, memory, memory, cross_masks);  // weights (B, heads, T, S)
    if (cross_weights) *cross_weights = seen.weights;
    return seen.output;
  });
  return residual(*this, norm3, h, feed_forward(*this));
}

namespace {

template <class Layer>
std::vector<Layer> layers(Index count, Index d_model, Index nhead, Index dim_feedforward, Rng& rng, const TransformerOptions& options) {
  std::vector<Layer> result;
  for (Index i = 0; i < count; ++i) result.emplace_back(d_model, nhead, dim_feedforward, rng, options);
  return result;
}

}  // namespace

Transformer::Transformer(Integer d_model, Integer nhead, Integer num_encoder_layers, Integer num_decoder_layers, Integer dim_feedforward,
                         Rng& rng, const TransformerOptions& options)
    : encoder_layers(layers<TransformerEncoderLayer>(num_encoder_layers, d_model, nhead, dim_feedforward, rng, options)),
      decoder_layers(layers<TransformerDecoderLayer>(num_decoder_layers, d_model, nhead, dim_feedforward, rng, options)),
      encoder_norm({d_model}, options.eps),
      decoder_norm({d_model}, options.eps) {
  require(num_encoder_layers >= 0 && num_decoder_layers >= 0, "Transformer: ", num_encoder_layers, " encoder layers, ", num_decoder_layers,
          " decoder layers: must not be negative");
  for (std::size_t i = 0; i < encoder_layers.size(); ++i) adopt("encoder.layers." + std::to_string(i), encoder_layers[i]);
  adopt("encoder.norm", encoder_norm);
  for (std::size_t i = 0; i < decoder_layers.size(); ++i) adopt("decoder.layers." + std::to_string(i), decoder_layers[i]);
  adopt("decoder.norm", decoder_norm);
  for (const Tensor& weight : parameters())
    if (weight.rank() == 2) weight.copy_from(xavier_uniform(weight.shape(), rng));
}

Tensor Transformer::encode(const Tensor& src, const TransformerMasks& masks) const {
  Tensor x = src;
  for (const auto& layer : encoder_layers) x = layer(x, {masks.src_key_padding, masks.src});
  return encoder_norm(x);
}

Tensor Transformer::decode(const Tensor& tgt, const Tensor& memory, const TransformerMasks& masks, Tensor* cross_weights) const {
  Tensor x = tgt;
  for (const auto& layer : decoder_layers)
    x = layer(x, memory, {masks.tgt_key_padding, masks.tgt}, {masks.memory_key_padding, masks.memory}, cross_weights);
  return decoder_norm(x);
}

Tensor Transformer::operator()(const Tensor& src, const Tensor& tgt, const TransformerMasks& masks) const {
  return decode(tgt, encode(src, masks), masks);
}

}  // namespace qkv::nn
