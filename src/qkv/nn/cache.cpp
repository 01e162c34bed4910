#include <qkv/nn/attention_parts.h>
#include <qkv/nn/transformer_parts.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/check.h>

// An appendix to attention.cpp and transformer.cpp: the same, where earlier keys and values are kept.

namespace qkv::nn {
namespace {

/// Kept keys and values (B, S, E), if they go with the batch and the layer.
void check_kept(const MultiheadAttention& mha, const char* name, const Tensor& x, const KeyValueCache& kept) {
  const Index batch = x.size(mha.options.batch_first ? 0 : 1);
  require(kept.keys.defined() == kept.values.defined(), "MultiheadAttention: a cache must hold both keys and values, or neither");
  if (!kept.keys.defined()) return;
  require(
      kept.keys.rank() == 3 && kept.keys.shape() == kept.values.shape() && kept.keys.size(0) == batch && kept.keys.size(2) == mha.embed_dim,
      "MultiheadAttention: ", name, " ", x.shape(), ", kept keys ", kept.keys.shape(), ", kept values ", kept.values.shape(),
      ": must be kept as (", batch, ", S, ", mha.embed_dim, ")");
}

MultiheadMasks without_weights() {
  MultiheadMasks masks;
  masks.need_weights = false;
  return masks;
}

}  // namespace

void KeyValueCache::reorder(const std::vector<Index>& from) {
  if (!keys.defined()) return;
  keys = take_rows(keys, from);
  values = take_rows(values, from);
}

Attended MultiheadAttention::operator()(const Tensor& x, KeyValueCache& cache, const MultiheadMasks& masks) const {
  Shape scores = checked_scores(*this, x.shape(), x.shape(), x.shape());
  check_kept(*this, "x", x, cache);
  const Index L = scores[2], kept = cache.length();
  scores[3] = kept + L;
  Mask hidden = combined(masks, scores);
  if (L > 1) hidden = hidden | causal_mask(L, kept + L, kept);

  Tensors qkv = project(*this, x, x, x);
  if (qkv.size() == 1) qkv = chunk(qkv[0], 3, 2);
  for (Tensor& each : qkv) each = exchanged(*this, each);  // (B, L, E)
  cache.keys = kept ? concat({cache.keys, qkv[1]}, 1) : qkv[1];
  cache.values = kept ? concat({cache.values, qkv[2]}, 1) : qkv[2];
  return attend(*this, {qkv[0], cache.keys, cache.values}, hidden, masks);
}

KeyValueCache MultiheadAttention::remember(const Tensor& key, const Tensor& value) const {
  const Index batch = options.batch_first ? 0 : 1;
  require(key.rank() == 3 && value.rank() == 3 && key.size(2) == options.kdim && value.size(2) == options.vdim &&
              key.shape().part(0, 2) == value.shape().part(0, 2),
          "MultiheadAttention: key ", key.shape(), ", value ", value.shape(), ": must be ", batch == 0 ? "(B, S, " : "(S, B, ",
          options.kdim, batch == 0 ? "), (B, S, " : "), (S, B, ", options.vdim, ")");
  return {exchanged(*this, projected(*this, 1, key)), exchanged(*this, projected(*this, 2, value))};
}

Attended MultiheadAttention::recall(const Tensor& query, const KeyValueCache& memory, const MultiheadMasks& masks) const {
  require(query.rank() == 3 && query.size(2) == embed_dim, "MultiheadAttention: query ", query.shape(), ": must be ",
          options.batch_first ? "(B, L, " : "(L, B, ", embed_dim, ")");
  require(memory.keys.defined(), "MultiheadAttention: recall: nothing is remembered");
  check_kept(*this, "query", query, memory);
  const Tensor q = exchanged(*this, projected(*this, 0, query));
  const Mask hidden = combined(masks, {q.size(0), num_heads, q.size(1), memory.length()});
  return attend(*this, {q, memory.keys, memory.values}, hidden, masks);
}

Tensor TransformerEncoderLayer::operator()(const Tensor& x, KeyValueCache& cache) const {
  Tensor h = residual(*this, norm1, x, [&](const Tensor& from) { return self_attn(from, cache, without_weights()).output; });
  return residual(*this, norm2, h, feed_forward(*this));
}

DecoderLayerCache TransformerDecoderLayer::remember(const Tensor& memory) const { return {{}, multihead_attn.remember(memory, memory)}; }

Tensor TransformerDecoderLayer::operator()(const Tensor& x, DecoderLayerCache& cache, const MultiheadMasks& memory_masks,
                                           Tensor* cross_weights) const {
  MultiheadMasks cross_masks = memory_masks;
  cross_masks.need_weights = cross_weights != nullptr;
  cross_masks.average_weights = false;

  Tensor h = residual(*this, norm1, x, [&](const Tensor& from) { return self_attn(from, cache.written, without_weights()).output; });
  h = residual(*this, norm2, h, [&](const Tensor& from) {
    Attended seen = multihead_attn.recall(from, cache.memory, cross_masks);  // weights (B, heads, T, S)
    if (cross_weights) *cross_weights = seen.weights;
    return seen.output;
  });
  return residual(*this, norm3, h, feed_forward(*this));
}

void TransformerCache::reorder(const std::vector<Index>& from) {
  for (DecoderLayerCache& layer : layers)
    for (KeyValueCache* each : {&layer.written, &layer.memory}) each->reorder(from);
  memory_key_padding = take_rows(memory_key_padding, from);
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
