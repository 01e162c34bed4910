#include <qkv/nn/init.h>
#include <qkv/nn/transformer.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/tensor/check.h>

namespace qkv::nn {

namespace {

MultiheadAttentionOptions attention_options(const TransformerOptions& options) {
  MultiheadAttentionOptions result;
  result.batch_first = options.batch_first;
  return result;
}

/// linear2(act(linear1(x))):  (B, T, d_model) -> (B, T, dim_feedforward) -> (B, T, d_model).
template <class Layer>
Tensor feed_forward(const Layer& layer, const Tensor& x) {
  Tensor h = layer.linear1(x);
  return layer.linear2(layer.dropout(layer.options.activation == Activation::relu ? relu(h) : gelu(h)));
}

MultiheadMasks without_weights(MultiheadMasks masks) {
  masks.need_weights = false;
  return masks;
}

}  // namespace

TransformerEncoderLayer::TransformerEncoderLayer(Index d_model, Index nhead, Index dim_feedforward, Rng& rng,
                                                 const TransformerOptions& chosen)
    : options(chosen),
      self_attn(d_model, nhead, rng, attention_options(chosen)),
      linear1(d_model, dim_feedforward, rng),
      linear2(dim_feedforward, d_model, rng),
      norm1({d_model}, chosen.eps),
      norm2({d_model}, chosen.eps),
      dropout(chosen.dropout, rng) {
  adopt("self_attn", self_attn);
  adopt("linear1", linear1);
  adopt("linear2", linear2);
  adopt("norm1", norm1);
  adopt("norm2", norm2);
}

Tensor TransformerEncoderLayer::operator()(const Tensor& x, const MultiheadMasks& masks) const {
  auto attend = [&](const Tensor& from) { return dropout(self_attn(from, without_weights(masks)).output); };
  auto feed = [&](const Tensor& from) { return dropout(feed_forward(*this, from)); };
  if (options.norm_first) {
    Tensor h = x + attend(norm1(x));  // (B, T, d_model), as all below
    return h + feed(norm2(h));
  }
  Tensor h = norm1(x + attend(x));
  return norm2(h + feed(h));
}

TransformerDecoderLayer::TransformerDecoderLayer(Index d_model, Index nhead, Index dim_feedforward, Rng& rng,
                                                 const TransformerOptions& chosen)
    : options(chosen),
      self_attn(d_model, nhead, rng, attention_options(chosen)),
      multihead_attn(d_model, nhead, rng, attention_options(chosen)),
      linear1(d_model, dim_feedforward, rng),
      linear2(dim_feedforward, d_model, rng),
      norm1({d_model}, chosen.eps),
      norm2({d_model}, chosen.eps),
      norm3({d_model}, chosen.eps),
      dropout(chosen.dropout, rng) {
  adopt("self_attn", self_attn);
  adopt("multihead_attn", multihead_attn);
  adopt("linear1", linear1);
  adopt("linear2", linear2);
  adopt("norm1", norm1);
  adopt("norm2", norm2);
  adopt("norm3", norm3);
}

Tensor TransformerDecoderLayer::operator()(const Tensor& x, const Tensor& memory, const MultiheadMasks& masks,
                                           const MultiheadMasks& memory_masks, Tensor* cross_weights) const {
  auto attend = [&](const Tensor& from) { return dropout(self_attn(from, without_weights(masks)).output); };
  auto cross = [&](const Tensor& from) {
    MultiheadMasks hidden = memory_masks;
    hidden.need_weights = cross_weights != nullptr;
    hidden.average_weights = false;
    Attended seen = multihead_attn(from, memory, memory, hidden);  // weights (B, heads, T, S)
    if (cross_weights) *cross_weights = seen.weights;
    return dropout(seen.output);
  };
  auto feed = [&](const Tensor& from) { return dropout(feed_forward(*this, from)); };
  if (options.norm_first) {
    Tensor h = x + attend(norm1(x));  // (B, T, d_model), as all below
    h = h + cross(norm2(h));
    return h + feed(norm3(h));
  }
  Tensor h = norm1(x + attend(x));
  h = norm2(h + cross(h));
  return norm3(h + feed(h));
}

Transformer::Transformer(Index d_model, Index nhead, Index num_encoder_layers, Index num_decoder_layers, Index dim_feedforward, Rng& rng,
                         const TransformerOptions& options)
    : encoder_norm({d_model}, options.eps), decoder_norm({d_model}, options.eps) {
  require(num_encoder_layers >= 0 && num_decoder_layers >= 0, "Transformer: ", num_encoder_layers, " encoder layers, ", num_decoder_layers,
          " decoder layers: must not be negative");
  for (Index i = 0; i < num_encoder_layers; ++i) {
    encoder_layers.emplace_back(d_model, nhead, dim_feedforward, rng, options);
    adopt("encoder.layers." + std::to_string(i), encoder_layers.back());
  }
  adopt("encoder.norm", encoder_norm);
  for (Index i = 0; i < num_decoder_layers; ++i) {
    decoder_layers.emplace_back(d_model, nhead, dim_feedforward, rng, options);
    adopt("decoder.layers." + std::to_string(i), decoder_layers.back());
  }
  adopt("decoder.norm", decoder_norm);
  for (Tensor& weight : parameters())
    if (weight.rank() == 2) weight.copy_from(xavier_uniform(weight.shape(), rng));
}

Tensor Transformer::encode(const Tensor& src, const Mask& src_key_padding) const {
  MultiheadMasks masks;
  masks.key_padding = src_key_padding;
  Tensor x = src;
  for (const TransformerEncoderLayer& layer : encoder_layers) x = layer(x, masks);
  return encoder_norm(x);
}

Tensor Transformer::decode(const Tensor& tgt, const Tensor& memory, const TransformerMasks& masks, Tensor* cross_weights) const {
  MultiheadMasks self_masks, memory_masks;
  self_masks.attn = masks.tgt;
  self_masks.key_padding = masks.tgt_key_padding;
  memory_masks.key_padding = masks.memory_key_padding;
  Tensor x = tgt;
  for (const TransformerDecoderLayer& layer : decoder_layers) x = layer(x, memory, self_masks, memory_masks, cross_weights);
  return decoder_norm(x);
}

Tensor Transformer::operator()(const Tensor& src, const Tensor& tgt, const TransformerMasks& masks) const {
  return decode(tgt, encode(src, masks.src_key_padding), masks);
}

}  // namespace qkv::nn
