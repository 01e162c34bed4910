#include "case.h"

#include <qkv/nn/attention.h>
#include <qkv/tensor/check.h>

#include <algorithm>

namespace golden {
namespace {

using namespace qkv;

/// Which rows of attention weights (..., queries, keys) have every key hidden, counted in reading order.
std::vector<Index> hidden_rows(const Mask& mask, const Shape& weights) {
  std::vector<Index> rows;
  if (mask.empty()) return rows;
  Mask each = mask | Mask(weights, std::vector<std::uint8_t>(static_cast<std::size_t>(weights.count())));
  const std::uint8_t* row = each.hidden.data();
  for (Index i = 0; i < weights.count() / weights.back(); ++i, row += weights.back())
    if (std::all_of(row, row + weights.back(), [](std::uint8_t hidden) { return hidden; })) rows.push_back(i);
  return rows;
}

/// Overwrites these rows (along the last axis) with `row`, or with zeros.
void set_rows(Tensor& x, const std::vector<Index>& rows, const Tensor& row = Tensor()) {
  for (Index i : rows) {
    Scalar* to = x.mutable_data() + i * x.size(-1);
    for (Index j = 0; j < x.size(-1); ++j) to[j] = row.defined() ? row.data()[j] : 0;
  }
}

/// Does the case do with fully masked rows what qkv does not?  "zero" is qkv's rule: weights, context and gradient 0.
bool other_rule(Case& c) {
  std::string rule = c.get<std::string>("fully_masked_rows", "zero");
  require(rule == "zero" || rule == "nan" || rule == "uniform", "fully_masked_rows '", rule, "' is not known");
  if (rule == "zero") return false;
  c.instead = "zero weights and context in fully masked rows, not " + rule;
  return true;
}

/// Makes qkv's rule of what such a case wants. With "uniform" each such row gave each value its upstream / S, which must go.
void want_zero_rows(Case& c, const Mask& mask, const std::string& context, const std::string& values) {
  Tensor &weights = c.want.at("weights"), &y = c.want.at(context);
  std::vector<Index> rows = hidden_rows(mask, weights.shape());
  require(!rows.empty(), "no row is fully masked");
  set_rows(weights, rows);
  set_rows(y, rows);
  if (c.want_grad.empty() || c.get<std::string>("fully_masked_rows") != "uniform") return;
  bool single_query = weights.rank() < c.tensor(values).rank();
  Index keys = weights.size(-1), width = y.size(-1), queries = single_query ? 1 : weights.size(-2);
  for (Index row : rows)
    for (Index key = 0; key < keys; ++key)
      for (Index i = 0; i < width; ++i)
        c.want_grad.at(values).mutable_data()[(row / queries * keys + key) * width + i] -=
            c.upstream.at(context).data()[row * width + i] / static_cast<Scalar>(keys);
}

Tensors additive(Case& c) {
  Tensor q = c.tensor("q"), k = c.tensor("k");
  std::string values = c.get<std::string>("values");
  require(values == "v" || values == "keys", "values '", values, "' is not known");
  if (values == "keys") values = "k";
  require(c.get<bool>("single_query") == (q.rank() == 2), "single_query does not fit q of shape ", q.shape());
  Mask mask = c.mask("key_padding_mask");

  Rng rng;
  nn::AdditiveAttention attention(q.size(-1), k.size(-1), c.get<Index>("hidden"), rng, c.get<bool>("bias"));
  c.load(attention, {{"W1", "W1.weight"}, {"W2", "W2.weight"}, {"b1", "W1.bias"}, {"b2", "W2.bias"}, {"v_a", "v"}});
  if (other_rule(c)) want_zero_rows(c, q.rank() == 2 ? mask : mask.reshaped({mask.shape[0], 1, mask.shape[1]}), "context", values);
  Attended result = attention(q, k, c.tensor(values), mask);
  return {{"context", result.output}, {"weights", result.weights}};
}

/// sdpa, sdpa_bias and sdpa_mask: what a case does not have is off.
Tensors scaled_dot_product(Case& c) {
  Tensor q = c.tensor("q"), k = c.tensor("k"), v = c.tensor("v");
  Index queries = q.size(-2), keys = k.size(-2);
  AttentionOptions options;
  options.mask = c.mask("mask");
  if (Mask padding = c.mask("key_padding_mask"); !padding.empty()) {  // (B, S), to hide the same keys from all heads and queries
    Shape shape = padding.shape;
    while (shape.rank() < q.rank()) shape = shape.with(1, 1);
    options.mask = options.mask | padding.reshaped(shape);
  }
  std::string causal = c.get<std::string>("causal", "none");
  require(causal == "none" || causal == "top_left" || causal == "bottom_right", "causal '", causal, "' is not known");
  if (causal != "none") options.mask = options.mask | causal_mask(queries, keys, causal == "top_left" ? 0 : keys - queries);
  if (c.has("bias")) options.bias = c.tensor("bias");
  options.scale = c.get<double>("scale", 0);
  if (other_rule(c)) want_zero_rows(c, options.mask, "y", "v");
  Attended result = scaled_dot_product_attention(q, k, v, options);
  return {{"y", result.output}, {"weights", result.weights}};
}

Tensors multi_head(Case& c) {
  std::string kind = c.get<std::string>("kind"), which = c.get<std::string>("weights");
  require(kind == "self" || kind == "cross", "kind '", kind, "' is not known");
  require(which == "average" || which == "per_head", "weights '", which, "' is not known");
  nn::MultiheadAttentionOptions options;
  options.bias = c.get<bool>("bias");
  options.kdim = c.get<Index>("kdim", 0);
  options.vdim = c.get<Index>("vdim", 0);
  options.batch_first = c.get<bool>("batch_first");
  Rng rng;
  nn::MultiheadAttention attention(c.get<Index>("embed"), c.get<Index>("heads"), rng, options);
  c.load(attention);
  nn::MultiheadMasks masks;
  masks.key_padding = c.mask("key_padding_mask");
  masks.attn = c.mask("attn_mask");
  masks.average_weights = which == "average";

  if (other_rule(c)) {  // the output is out_proj.bias where the context is zero
    require(c.want_grad.empty(), "gradients under another rule for fully masked rows cannot be made qkv's");
    Tensor &weights = c.want.at("weights"), &y = c.want.at("y");
    Index batch = weights.size(0), queries = weights.size(-2), keys = weights.size(-1);
    Mask padding = masks.key_padding.empty() ? Mask() : masks.key_padding.reshaped({batch, 1, keys});
    std::vector<Index> rows = hidden_rows(padding | masks.attn, {batch, queries, keys});
    require(!rows.empty(), "no row is fully masked");
    std::vector<Index> weight_rows, y_rows;
    for (Index row : rows) {
      Index b = row / queries, l = row % queries, heads = masks.average_weights ? 1 : attention.num_heads;
      for (Index head = 0; head < heads; ++head) weight_rows.push_back((b * heads + head) * queries + l);
      y_rows.push_back(options.batch_first ? row : l * batch + b);
    }
    set_rows(weights, weight_rows);
    set_rows(y, y_rows, options.bias ? c.tensor("out_proj.bias") : Tensor());
  }
  Attended result = kind == "self" ? attention(c.tensor("x"), masks) : attention(c.tensor("q"), c.tensor("k"), c.tensor("v"), masks);
  return {{"y", result.output}, {"weights", result.weights}};
}

}  // namespace

void add_attention(Table& table) {
  table["additive_attention"] = additive;
  table["sdpa"] = table["sdpa_bias"] = table["sdpa_mask"] = scaled_dot_product;
  table["mha"] = multi_head;
}

}  // namespace golden
