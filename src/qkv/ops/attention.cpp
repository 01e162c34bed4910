#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/attention.h>
#include <qkv/ops/fused_attention.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>
#include <qkv/tensor/check.h>

#include <cmath>
#include <limits>

namespace qkv {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

Attended scaled_dot_product_attention(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options) {
  require(q.rank() >= 2 && k.rank() == q.rank() && v.rank() == q.rank(), "scaled_dot_product_attention: q ", q.shape(), ", k ", k.shape(),
          ", v ", v.shape(), ": must be (..., T, d) with equally many axes");
  require(q.size(-1) == k.size(-1), "scaled_dot_product_attention: q ", q.shape(), ", k ", k.shape(), ": the widths ", q.size(-1), " and ",
          k.size(-1), " differ");
  require(k.size(-2) == v.size(-2), "scaled_dot_product_attention: ", k.size(-2), " keys but ", v.size(-2), " values (k ", k.shape(),
          ", v ", v.shape(), ")");
  double scale = options.scale != 0 ? options.scale : 1 / std::sqrt(static_cast<double>(q.size(-1)));

  Shape shape = q.shape();
  shape[-1] = k.size(-2);
  require_mask("scaled_dot_product_attention", options.mask, shape);
  bool same_lead = q.shape().part(0, q.rank() - 2) == k.shape().part(0, q.rank() - 2) &&
                   k.shape().part(0, q.rank() - 2) == v.shape().part(0, q.rank() - 2);
  if (!options.need_weights && !options.bias.defined() && same_lead && q.size() > 0 && k.size() > 0)
    return {fused_attention(q, k, v, options), Tensor()};

  Tensor scores = matmul(q, transpose(k)) * scale;  // (..., queries, keys)
  if (options.bias.defined()) scores = scores + options.bias;
  Mask mask = options.causal ? options.mask | causal_mask(q.size(-2), k.size(-2)) : options.mask;
  Tensor weights = softmax(masked_fill(scores, mask, -infinity));
  return {matmul(weights, v), weights};
}

Attended additive_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& values, const Mask& mask) {
  require(q.rank() == 3 && k.rank() == 3 && q.size(0) == k.size(0) && q.size(2) == k.size(2), "additive_attention: q ", q.shape(), ", k ",
          k.shape(), ": must be (B, queries, h) and (B, keys, h)");
  require(v.shape() == Shape{q.size(2)}, "additive_attention: v ", v.shape(), ": must be ", Shape{q.size(2)});
  require(values.rank() == 3 && values.size(0) == k.size(0) && values.size(1) == k.size(1), "additive_attention: values ", values.shape(),
          " for keys ", k.shape(), ": must be (B, keys, dv)");
  require_mask("additive_attention", mask, {q.size(0), q.size(1), k.size(1)});

  Tensor sums = unsqueeze(q, 2) + unsqueeze(k, 1);  // (B, queries, keys, h)
  Tensor scores = matmul(tanh(sums), v);            // (B, queries, keys)
  Tensor weights = softmax(masked_fill(scores, mask, -infinity));
  return {matmul(weights, values), weights};
}

}  // namespace qkv
