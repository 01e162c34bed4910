#include <qkv/nn/attention.h>
#include <qkv/nn/decode.h>
#include <qkv/nn/init.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/check.h>

namespace qkv::nn {
namespace {

/// Before any part is built: the options with all widths filled in, if there can be such a layer.
MultiheadAttentionOptions checked(Index embed_dim, Index num_heads, MultiheadAttentionOptions options) {
  require(embed_dim > 0 && num_heads > 0, "MultiheadAttention: embed_dim ", embed_dim, ", num_heads ", num_heads, ": must be at least 1");
  require(embed_dim % num_heads == 0, "MultiheadAttention: embed_dim ", embed_dim, " is not a multiple of num_heads ", num_heads);
  require(options.kdim >= 0 && options.vdim >= 0, "MultiheadAttention: kdim ", options.kdim, ", vdim ", options.vdim,
          ": must not be negative");
  if (options.kdim == 0) options.kdim = embed_dim;
  if (options.vdim == 0) options.vdim = embed_dim;
  return options;
}

/// Before any part is built: query_dim itself, if none of the widths is missing.
Index wide(Index query_dim, Index key_dim, Index hidden) {
  require(query_dim > 0 && key_dim > 0 && hidden > 0, "AdditiveAttention: query_dim ", query_dim, ", key_dim ", key_dim, ", hidden ",
          hidden, ": must be at least 1");
  return query_dim;
}

/// The weights of q, k and v lie in one matrix.
bool packed(const MultiheadAttention& mha) { return mha.options.kdim == mha.embed_dim && mha.options.vdim == mha.embed_dim; }

/// (B, T, E) -> (B, heads, T, E / heads): head h gets columns h E / heads and on. / The way back.
Tensor split_heads(const Tensor& x, Index heads) {
  return permute(reshape(x, {x.size(0), x.size(1), heads, x.size(2) / heads}), {0, 2, 1, 3});
}
Tensor merge_heads(const Tensor& x) { return reshape(permute(x, {0, 2, 1, 3}), {x.size(0), x.size(2), x.size(1) * x.size(3)}); }

/// Part 0, 1 or 2, which are q, k and v: (B, T, E) = input W^T + b, with its own rows of in_proj.
Tensor projected(const MultiheadAttention& mha, Index part, const Tensor& input) {
  const Index E = mha.embed_dim;
  auto rows = [&](const Tensor& x) { return slice(x, 0, part * E, (part + 1) * E); };
  const Tensor& own = part == 0 ? mha.q_proj_weight : part == 1 ? mha.k_proj_weight : mha.v_proj_weight;
  return linear(input, packed(mha) ? rows(mha.in_proj_weight) : own, mha.in_proj_bias.defined() ? rows(mha.in_proj_bias) : Tensor());
}

/// q, k and v.  Of a packed self-attention one product, (B, T, 3 E).
Tensors project(const MultiheadAttention& mha, const Tensor& query, const Tensor& key, const Tensor& value) {
  if (packed(mha) && query.node() == key.node() && key.node() == value.node()) return {linear(query, mha.in_proj_weight, mha.in_proj_bias)};
  return {projected(mha, 0, query), projected(mha, 1, key), projected(mha, 2, value)};
}

/// The shape of the scores (B, heads, L, S), if the inputs fit together.
Shape checked_scores(const MultiheadAttention& mha, const Shape& query, const Shape& key, const Shape& value) {
  const Index batch = mha.options.batch_first ? 0 : 1, time = 1 - batch;
  const char *first = batch == 0 ? "(B, L, " : "(L, B, ", *next = batch == 0 ? "), (B, S, " : "), (S, B, ";
  require(query.rank() == 3 && key.rank() == 3 && value.rank() == 3 && query[2] == mha.embed_dim && key[2] == mha.options.kdim &&
              value[2] == mha.options.vdim && query[batch] == key[batch] && key.part(0, 2) == value.part(0, 2),
          "MultiheadAttention: query ", query, ", key ", key, ", value ", value, ": must be ", first, mha.embed_dim, next, mha.options.kdim,
          next, mha.options.vdim, ")");
  return {query[batch], mha.num_heads, query[time], key[time]};
}

/// What either mask hides, to be broadcast to `scores` (B, heads, L, S).
Mask combined(const MultiheadMasks& masks, const Shape& scores) {
  const Mask &attn = masks.attn, &padding = masks.key_padding;
  const Shape keys{scores[0], scores[3]};
  require(attn.empty() || broadcast_shape(attn.shape, scores, "MultiheadAttention: attn mask") == scores, "MultiheadAttention: attn mask ",
          attn.shape, ": must broadcast to ", scores, ", (B, heads, L, S)");
  require(padding.empty() || padding.shape == keys, "MultiheadAttention: key_padding mask ", padding.shape, ": must be ", keys, ", (B, S)");
  return padding.empty() ? attn : padding.reshaped({keys[0], 1, 1, keys[1]}) | attn;
}

/// Exchanges the first two axes, where the layer is not batch_first: (B, T, E) <-> (T, B, E).
Tensor exchanged(const MultiheadAttention& mha, const Tensor& x) { return mha.options.batch_first ? x : transpose(x, 0, 1); }

/// Attention of each head on projected q (B, L, E), k, v (B, S, E), or all side by side (B, T, 3 E), then out_proj.
Attended attend(const MultiheadAttention& mha, Tensors qkv, const Mask& hidden, const MultiheadMasks& masks) {
  AttentionOptions how;
  how.mask = hidden;
  how.dropout = mha.dropout.p;
  how.rng = mha.dropout.rng;
  auto output = [&](const Tensor& context) { return mha.out_proj(exchanged(mha, context)); };

  if (!masks.need_weights && !(mha.dropout.p > 0 && training())) {  // the same in one operation, which reads the heads where they lie
    if (qkv.size() == 1) return {output(multi_head_attention(qkv[0], mha.num_heads, how)), Tensor()};
    return {output(multi_head_attention(qkv[0], qkv[1], qkv[2], mha.num_heads, how)), Tensor()};
  }
  if (qkv.size() == 1) qkv = chunk(qkv[0], 3, 2);
  for (Tensor& each : qkv) each = split_heads(each, mha.num_heads);           // (B, heads, L, d), and two (B, heads, S, d)
  Attended head = scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], how);  // (B, heads, L, d), weights (B, heads, L, S)
  Tensor weights = !masks.need_weights ? Tensor() : masks.average_weights ? mean(head.weights, 1) : head.weights;
  return {output(merge_heads(head.output)), weights};
}

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

}  // namespace

void KeyValueCache::reorder(const std::vector<Index>& from) {
  if (!keys.defined()) return;
  keys = take_rows(keys, from);
  values = take_rows(values, from);
}

AdditiveAttention::AdditiveAttention(Integer query_dim, Integer key_dim, Integer hidden, Rng& rng, Flag bias)
    : W1(wide(query_dim, key_dim, hidden), hidden, rng, bias),
      W2(key_dim, hidden, rng, bias),
      v(add_parameter("v", fan_in_uniform({hidden}, hidden, rng))) {
  adopt("W1", W1);
  adopt("W2", W2);
}

Attended AdditiveAttention::operator()(const Tensor& query, const Tensor& key, const Tensor& value, const Mask& mask) const {
  if (query.rank() == 2) {
    Attended one = (*this)(unsqueeze(query, 1), key, value, mask);
    return {squeeze(one.output, 1), squeeze(one.weights, 1)};
  }
  const Index query_dim = W1.weight.size(1), key_dim = W2.weight.size(1);
  const Shape q_shape = query.shape(), k_shape = key.shape(), v_shape = value.shape();
  require(q_shape.rank() == 3 && k_shape.rank() == 3 && v_shape.rank() == 3 && q_shape[2] == query_dim &&
              k_shape == Shape{q_shape[0], k_shape[1], key_dim} && v_shape.part(0, 2) == k_shape.part(0, 2),
          "AdditiveAttention: query ", q_shape, ", key ", k_shape, ", value ", v_shape, ": must be (B, Tq, ", query_dim, "), (B, Tk, ",
          key_dim, "), (B, Tk, dv)");
  const Shape scores{q_shape[0], q_shape[1], k_shape[1]}, keys{k_shape[0], k_shape[1]};
  const bool hides_keys = mask.shape.rank() == 2;
  require(mask.empty() || (hides_keys ? mask.shape == keys : broadcast_shape(mask.shape, scores, "AdditiveAttention: mask") == scores),
          "AdditiveAttention: mask ", mask.shape, ": must be ", keys, ", (B, Tk), or have three axes and broadcast to ", scores);

  Tensor q = W1(query);  // (B, Tq, h)
  Tensor k = W2(key);    // (B, Tk, h)
  return additive_attention(q, k, v, value, hides_keys ? mask.reshaped({keys[0], 1, keys[1]}) : mask);
}

MultiheadAttention::MultiheadAttention(Integer width, Integer heads, Rng& rng, const MultiheadAttentionOptions& chosen)
    : embed_dim(width),
      num_heads(heads),
      options(checked(width, heads, chosen)),
      dropout(chosen.dropout, rng),
      out_proj(width, width, rng, chosen.bias),
      in_proj_weight(packed(*this) ? add_parameter("in_proj_weight", xavier_uniform({3 * width, width}, rng)) : Tensor()),
      q_proj_weight(packed(*this) ? Tensor() : add_parameter("q_proj_weight", xavier_uniform({width, width}, rng))),
      k_proj_weight(packed(*this) ? Tensor() : add_parameter("k_proj_weight", xavier_uniform({width, options.kdim}, rng))),
      v_proj_weight(packed(*this) ? Tensor() : add_parameter("v_proj_weight", xavier_uniform({width, options.vdim}, rng))),
      in_proj_bias(chosen.bias ? add_parameter("in_proj_bias", zeros({3 * width})) : Tensor()) {
  if (chosen.bias) out_proj.bias.copy_from(zeros({width}));
  adopt("out_proj", out_proj);
}

Attended MultiheadAttention::operator()(const Tensor& query, const Tensor& key, const Tensor& value, const MultiheadMasks& masks) const {
  const Mask hidden = combined(masks, checked_scores(*this, query.shape(), key.shape(), value.shape()));
  Tensors qkv = project(*this, query, key, value);
  for (Tensor& each : qkv) each = exchanged(*this, each);
  return attend(*this, qkv, hidden, masks);
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

}  // namespace qkv::nn
