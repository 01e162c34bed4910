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
  result.dropout = options.dropout;
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

TransformerEncoderLayer::TransformerEncoderLayer(Integer d_model, Integer nhead, Integer dim_feedforward, Rng& rng,
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

TransformerDecoderLayer::TransformerDecoderLayer(Integer d_model, Integer nhead, Integer dim_feedforward, Rng& rng,
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

namespace {

/// Before anything is built: the number of encoder layers.
Index checked(Index encoder_layers, Index decoder_layers) {
  require(encoder_layers >= 0 && decoder_layers >= 0, "Transformer: ", encoder_layers, " encoder layers, ", decoder_layers,
          " decoder layers: must not be negative");
  return encoder_layers;
}

template <class Layer>
std::vector<Layer> layers(Index count, Index d_model, Index nhead, Index dim_feedforward, Rng& rng, const TransformerOptions& options) {
  std::vector<Layer> result;
  for (Index i = 0; i < count; ++i) result.emplace_back(d_model, nhead, dim_feedforward, rng, options);
  return result;
}

MultiheadMasks both(const Mask& attn, const Mask& key_padding) {
  MultiheadMasks masks;
  masks.attn = attn;
  masks.key_padding = key_padding;
  return masks;
}

}  // namespace

Transformer::Transformer(Integer d_model, Integer nhead, Integer num_encoder_layers, Integer num_decoder_layers, Integer dim_feedforward,
                         Rng& rng, const TransformerOptions& options)
    : encoder_layers(
          layers<TransformerEncoderLayer>(checked(num_encoder_layers, num_decoder_layers), d_model, nhead, dim_feedforward, rng, options)),
      decoder_layers(layers<TransformerDecoderLayer>(num_decoder_layers, d_model, nhead, dim_feedforward, rng, options)),
      encoder_norm({d_model}, options.eps),
      decoder_norm({d_model}, options.eps) {
  auto adopt_each = [this](const std::string& path, const auto& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) adopt(path + std::to_string(i), parts[i]);
  };
  adopt_each("encoder.layers.", encoder_layers);
  adopt("encoder.norm", encoder_norm);
  adopt_each("decoder.layers.", decoder_layers);
  adopt("decoder.norm", decoder_norm);
  for (const Tensor& weight : parameters())
    if (weight.rank() == 2) weight.copy_from(xavier_uniform(weight.shape(), rng));
}

Tensor Transformer::encode(const Tensor& src, const TransformerMasks& masks) const {
  const MultiheadMasks self_masks = both(masks.src, masks.src_key_padding);
  Tensor x = src;
  for (const TransformerEncoderLayer& layer : encoder_layers) x = layer(x, self_masks);
  return encoder_norm(x);
}

Tensor Transformer::decode(const Tensor& tgt, const Tensor& memory, const TransformerMasks& masks, Tensor* cross_weights) const {
  const MultiheadMasks self_masks = both(masks.tgt, masks.tgt_key_padding), memory_masks = both(masks.memory, masks.memory_key_padding);
  Tensor x = tgt;
  for (const TransformerDecoderLayer& layer : decoder_layers) x = layer(x, memory, self_masks, memory_masks, cross_weights);
  return decoder_norm(x);
}

Tensor Transformer::operator()(const Tensor& src, const Tensor& tgt, const TransformerMasks& masks) const {
  return decode(tgt, encode(src, masks), masks);
}

}  // namespace qkv::nn
