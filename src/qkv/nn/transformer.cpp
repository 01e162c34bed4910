#include <qkv/nn/decode.h>
#include <qkv/nn/init.h>
#include <qkv/nn/transformer.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/tensor/check.h>

namespace qkv::nn {
namespace {

MultiheadAttention attention(Index d_model, Index nhead, Rng& rng, const TransformerOptions& options) {
  MultiheadAttentionOptions chosen;
  chosen.batch_first = options.batch_first;
  chosen.dropout = options.dropout;
  return MultiheadAttention(d_model, nhead, rng, chosen);
}

/// One part, with its residual connection and norm: pre-norm x + f(norm(x)), post-norm norm(x + f(x)).  All (B, T, d_model).
template <class Layer, class Part>
Tensor residual(const Layer& layer, const LayerNorm& norm, const Tensor& x, Part f) {
  if (layer.options.norm_first) return x + layer.dropout(f(norm(x)));
  return norm(x + layer.dropout(f(x)));
}

/// The parts of every layer, as functions of x (B, T, d_model): self-attention,
template <class Layer>
auto self_attention(const Layer& layer, MultiheadMasks masks) {
  masks.need_weights = false;
  return [&layer, masks = std::move(masks)](const Tensor& x) { return layer.self_attn(x, masks).output; };
}
/// the same for an x that follows what a cache holds,
template <class Layer>
auto self_attention(const Layer& layer, KeyValueCache& cache) {
  return [&layer, &cache](const Tensor& x) {
    MultiheadMasks masks;
    masks.need_weights = false;
    return layer.self_attn(x, cache, masks).output;
  };
}
/// and linear2(act(linear1(x))):  (B, T, d_model) -> (B, T, dim_feedforward) -> (B, T, d_model).
template <class Layer>
auto feed_forward(const Layer& layer) {
  return [&layer](const Tensor& x) {
    Tensor h = layer.linear1(x);
    return layer.linear2(layer.dropout(layer.options.activation == Activation::relu ? relu(h) : gelu(h)));
  };
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

Tensor TransformerEncoderLayer::operator()(const Tensor& x, KeyValueCache& cache) const {
  Tensor h = residual(*this, norm1, x, self_attention(*this, cache));
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

namespace {

/// A decoder layer, given its two attentions: attend(x), and look(x, masks), which gives the weights too.
template <class Attend, class Look>
Tensor decoder_layer(const TransformerDecoderLayer& layer, const Tensor& x, Attend attend, Look look, MultiheadMasks memory_masks,
                     Tensor* cross_weights) {
  memory_masks.need_weights = cross_weights != nullptr;
  memory_masks.average_weights = false;
  Tensor h = residual(layer, layer.norm1, x, attend);
  h = residual(layer, layer.norm2, h, [&](const Tensor& from) {
    Attended seen = look(from, memory_masks);  // weights (B, heads, T, S)
    if (cross_weights) *cross_weights = seen.weights;
    return seen.output;
  });
  return residual(layer, layer.norm3, h, feed_forward(layer));
}

}  // namespace

Tensor TransformerDecoderLayer::operator()(const Tensor& x, const Tensor& memory, const MultiheadMasks& masks,
                                           const MultiheadMasks& memory_masks, Tensor* cross_weights) const {
  auto look = [&](const Tensor& from, const MultiheadMasks& how) { return multihead_attn(from, memory, memory, how); };
  return decoder_layer(*this, x, self_attention(*this, masks), look, memory_masks, cross_weights);
}

DecoderLayerCache TransformerDecoderLayer::remember(const Tensor& memory) const { return {{}, multihead_attn.remember(memory, memory)}; }

Tensor TransformerDecoderLayer::operator()(const Tensor& x, DecoderLayerCache& cache, const MultiheadMasks& memory_masks,
                                           Tensor* cross_weights) const {
  auto look = [&](const Tensor& from, const MultiheadMasks& how) { return multihead_attn.recall(from, cache.memory, how); };
  return decoder_layer(*this, x, self_attention(*this, cache.written), look, memory_masks, cross_weights);
}

void TransformerCache::reorder(const std::vector<Index>& from) {
  for (DecoderLayerCache& layer : layers)
    for (KeyValueCache* each : {&layer.written, &layer.memory}) each->reorder(from);
  memory_key_padding = take_rows(memory_key_padding, from);
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

TransformerCache Transformer::remember(const Tensor& memory, const Mask& memory_key_padding) const {
  TransformerCache cache;
  for (const auto& layer : decoder_layers) cache.layers.push_back(layer.remember(memory));
  cache.memory_key_padding = memory_key_padding;
  return cache;
}

Tensor Transformer::decode(const Tensor& tgt, TransformerCache& cache, Tensor* cross_weights) const {
  require(cache.layers.size() == decoder_layers.size(), "Transformer: a cache of ", cache.layers.size(), " layers for ",
          decoder_layers.size(), " decoder layers: begin with remember(memory)");
  Tensor x = tgt;
  for (std::size_t i = 0; i < decoder_layers.size(); ++i)
    x = decoder_layers[i](x, cache.layers[i], {cache.memory_key_padding, {}}, cross_weights);
  return decoder_norm(x);
}

}  // namespace qkv::nn
