#include <qkv/kernels/additive.h>
#include <qkv/kernels/parallel.h>
#include <qkv/kernels/rows.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/attention.h>
#include <qkv/ops/fused_attention.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/norm.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <cmath>

namespace qkv {

namespace {

/// The scores' shape (..., queries, keys), if the leading axes of q, k and v broadcast.
Shape scores_shape(const Shape& q, const Shape& k, const Shape& v) {
  auto together = [&](Index a, Index b) {
    require(a == b || a == 1 || b == 1, "scaled_dot_product_attention: q ", q, ", k ", k, ", v ", v, ": leading sizes ", a, " and ", b,
            " differ, and neither is 1");
    return a == 1 ? b : a;
  };
  Shape scores = q;
  for (Index axis = 0; axis < q.rank() - 2; ++axis) {
    scores[axis] = together(q[axis], k[axis]);
    together(scores[axis], v[axis]);
  }
  scores[-1] = k[-2];
  return scores;
}

}  // namespace

Attended scaled_dot_product_attention(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options) {
  require(q.rank() >= 2 && k.rank() == q.rank() && v.rank() == q.rank(), "scaled_dot_product_attention: q ", q.shape(), ", k ", k.shape(),
          ", v ", v.shape(), ": must be (..., T, d) with equally many axes");
  require(q.size(-1) == k.size(-1), "scaled_dot_product_attention: q ", q.shape(), ", k ", k.shape(), ": the widths ", q.size(-1), " and ",
          k.size(-1), " differ");
  require(q.size(-1) > 0, "scaled_dot_product_attention: q ", q.shape(), ": rows of no numbers have no scores");
  require(k.size(-2) == v.size(-2), "scaled_dot_product_attention: ", k.size(-2), " keys but ", v.size(-2), " values (k ", k.shape(),
          ", v ", v.shape(), ")");
  require_scale("scaled_dot_product_attention", options.scale);
  double scale = options.scale != 0 ? options.scale : 1 / std::sqrt(static_cast<double>(q.size(-1)));

  require_mask("scaled_dot_product_attention", options.mask, scores_shape(q.shape(), k.shape(), v.shape()));
  bool same_lead = q.shape().part(0, q.rank() - 2) == k.shape().part(0, q.rank() - 2) &&
                   k.shape().part(0, q.rank() - 2) == v.shape().part(0, q.rank() - 2);
  if (!options.need_weights && !options.bias.defined() && same_lead && q.size() > 0 && k.size() > 0)
    return {fused_attention(q, k, v, options), Tensor()};

  Tensor scores = matmul(q, transpose(k)) * scale;  // (..., queries, keys)
  if (options.bias.defined()) {
    require(broadcast_shape(scores.shape(), options.bias.shape(), "scaled_dot_product_attention: bias") == scores.shape(),
            "scaled_dot_product_attention: bias ", options.bias.shape(), " for scores ", scores.shape(), ": must broadcast to them");
    scores = scores + options.bias;
  }
  Mask mask = options.causal ? options.mask | causal_mask(q.size(-2), k.size(-2)) : options.mask;
  Tensor weights = softmax(masked_fill(scores, mask, -infinity));
  if (options.dropout != 0) weights = dropout(weights, options.dropout, *options.rng);
  return {matmul(weights, v), weights};
}

/// e_ij = v . tanh(q_i + k_j), composed: matmul(tanh(unsqueeze(q, 2) + unsqueeze(k, 1)), v). Here in one operation; gradients in kernels/additive.h.
Tensor additive_scores(const Tensor& q, const Tensor& k, const Tensor& v) {
  require(q.rank() == 3 && k.rank() == 3 && q.size(0) == k.size(0) && q.size(2) == k.size(2), "additive_scores: q ", q.shape(), ", k ",
          k.shape(), ": must be (B, queries, h) and (B, keys, h)");
  require(v.shape() == Shape{q.size(2)}, "additive_scores: v ", v.shape(), ": must be ", Shape{q.size(2)});
  Index batches = q.size(0), queries = q.size(1), keys = k.size(1), h = q.size(2);
  Array scores = empty_array({batches, queries, keys});
  kernels::parallel(batches, queries * keys * h, 1, [&](Index begin, Index end) {
    for (Index b = begin; b < end; ++b)
      kernels::additive_scores(q.data() + b * queries * h, k.data() + b * keys * h, v.data(), queries, keys, h,
                               scores.data() + b * queries * keys);
  });
  return record("additive_scores", std::move(scores), {q, k, v}, [=](const Array& dscores, const Array&) -> std::vector<Array> {
    Array dq = full_array(q.shape(), 0), dk = full_array(k.shape(), 0), dv = full_array(v.shape(), 0),
          dv_each = full_array({batches, h}, 0);
    kernels::parallel(batches, queries * keys * h, 1, [&](Index begin, Index end) {
      for (Index b = begin; b < end; ++b)
        kernels::additive_scores_gradient(q.data() + b * queries * h, k.data() + b * keys * h, v.data(),
                                          dscores.data() + b * queries * keys, queries, keys, h, dq.data() + b * queries * h,
                                          dk.data() + b * keys * h, dv_each.data() + b * h);
    });
    kernels::add_rows(dv_each.data(), batches, h, dv.data());
    return gradients_of(std::move(dq), std::move(dk), std::move(dv));
  });
}

Attended additive_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& values, const Mask& mask) {
  Tensor scores = additive_scores(q, k, v);  // (B, queries, keys)
  require(values.rank() == 3 && values.size(0) == k.size(0) && values.size(1) == k.size(1), "additive_attention: values ", values.shape(),
          " for keys ", k.shape(), ": must be (B, keys, dv)");
  require_mask("additive_attention", mask, scores.shape());
  Tensor weights = softmax(masked_fill(scores, mask, -infinity));
  return {matmul(weights, values), weights};
}

}  // namespace qkv
