#include <qkv/ops/attention_checks.h>
#include <qkv/tensor/check.h>

#include <cmath>

namespace qkv {
namespace {

/// The scores' shape (..., queries, keys), if the leading axes of q, k and v broadcast.
Shape scores_shape(const char* operation, const Shape& q, const Shape& k, const Shape& v) {
  auto together = [&](Index a, Index b) {
    require(a == b || a == 1 || b == 1, operation, ": q ", q, ", k ", k, ", v ", v, ": leading sizes ", a, " and ", b,
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

void check_mask(const char* operation, const Mask& mask, const Shape& scores) {
  if (mask.empty()) return;
  mask.check(operation);
  bool fits = mask.shape.rank() <= scores.rank();
  for (Index axis = 1; axis <= mask.shape.rank() && fits; ++axis) fits = mask.shape[-axis] == 1 || mask.shape[-axis] == scores[-axis];
  require(fits, operation, ": mask ", mask.shape, " for scores ", scores, ": must broadcast to (..., queries, keys)");
}

}  // namespace

void check_options(const char* operation, const AttentionOptions& options, const Shape& scores) {
  require(std::isfinite(options.scale), operation, ": scale ", options.scale, ": must be finite; 0 stands for 1 / sqrt(d)");
  require(options.dropout >= 0 && options.dropout < 1, operation, ": dropout ", options.dropout, ": must be at least 0 and below 1");
  require(options.dropout == 0 || options.rng, operation, ": dropout ", options.dropout, " without rng: it draws from one");
  check_mask(operation, options.mask, scores);
}

Shape check_attention(const char* operation, const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options) {
  require(q.rank() >= 2 && k.rank() == q.rank() && v.rank() == q.rank(), operation, ": q ", q.shape(), ", k ", k.shape(), ", v ", v.shape(),
          ": must be (..., T, d) with equally many axes");
  require(q.size(-1) == k.size(-1), operation, ": q ", q.shape(), ", k ", k.shape(), ": the widths ", q.size(-1), " and ", k.size(-1),
          " differ");
  require(q.size(-1) > 0, operation, ": q ", q.shape(), ": rows of no numbers have no scores");
  require(k.size(-2) == v.size(-2), operation, ": ", k.size(-2), " keys but ", v.size(-2), " values (k ", k.shape(), ", v ", v.shape(),
          ")");
  const Shape scores = scores_shape(operation, q.shape(), k.shape(), v.shape());
  check_options(operation, options, scores);
  if (options.bias.defined())
    require(broadcast_shape(scores, options.bias.shape(), "scaled_dot_product_attention: bias") == scores, operation, ": bias ",
            options.bias.shape(), " for scores ", scores, ": must broadcast to them");
  return scores;
}

Shape check_additive_scores(const Tensor& q, const Tensor& k, const Tensor& v) {
  require(q.rank() == 3 && k.rank() == 3 && q.size(0) == k.size(0) && q.size(2) == k.size(2), "additive_scores: q ", q.shape(), ", k ",
          k.shape(), ": must be (B, queries, h) and (B, keys, h)");
  require(v.shape() == Shape{q.size(2)}, "additive_scores: v ", v.shape(), ": must be ", Shape{q.size(2)});
  return {q.size(0), q.size(1), k.size(1)};
}

Shape check_additive_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& values, const Mask& mask) {
  const Shape scores = check_additive_scores(q, k, v);
  require(values.rank() == 3 && values.size(0) == k.size(0) && values.size(1) == k.size(1), "additive_attention: values ", values.shape(),
          " for keys ", k.shape(), ": must be (B, keys, dv)");
  check_mask("additive_attention", mask, scores);
  return scores;
}

Scalar scale_of(Index d, const AttentionOptions& options) {
  return static_cast<Scalar>(options.scale != 0 ? options.scale : 1 / std::sqrt(static_cast<double>(d)));
}

}  // namespace qkv
