#include <qkv/ops/attention_parts.h>
#include <qkv/ops/compare.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <algorithm>
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

namespace {

/// Which rows of x (..., keys, d) hold a number that is bad: (..., 1, keys), beside scores.
template <class Rule>
Mask rows_with(const Tensor& x, Rule bad) {
  Shape rows = x.shape();
  const Index n = rows[-1];
  rows[-1] = rows[-2];
  rows[-2] = 1;
  Mask found(rows, std::vector<std::uint8_t>(static_cast<std::size_t>(rows.count())));
  for (Index r = 0; r < rows.count(); ++r) found.hidden[r] = std::any_of(x.data() + r * n, x.data() + (r + 1) * n, bad);
  return found;
}

/// Is any number of x, none of which is negative, above 0 among those that become one in `shape`?
Mask any_in(const Tensor& x, const Shape& shape) { return from_array(sum_to(array(x), shape)) > 0; }

/// x (..., keys, d) gets zeros in the rows that hold a NaN, and in those not finite that no query may see. Returns the former, beside scores.
template <class Visible>
Mask replace_rows(Tensor& x, const Visible& visible) {
  const Mask bad = rows_with(x, [](Scalar number) { return !std::isfinite(number); });
  if (std::find(bad.hidden.begin(), bad.hidden.end(), 1) == bad.hidden.end()) return {};
  const Mask nan = rows_with(x, [](Scalar number) { return std::isnan(number); });
  const Mask zeros = nan | (bad & ~any_in(visible(), bad.shape));
  Shape beside_keys = x.shape();
  beside_keys[-1] = 1;
  x = masked_fill(x, zeros.reshaped(beside_keys), 0);
  return nan;
}

}  // namespace

HiddenNaN::HiddenNaN(const Tensor& keys, const Tensor& values, const Mask& mask, const Shape& scores) : k(keys), v(values) {
  if (mask.empty() || scores.count() == 0) return;
  auto visible = [&] { return where(mask, zeros(scores), 1); };
  no_score_ = replace_rows(k, visible);
  const Mask nan_values = replace_rows(v, visible);
  if (nan_values.empty()) return;
  Shape outputs = scores;
  outputs[-1] = 1;
  no_output_ = any_in(where(nan_values, visible(), 0), outputs);
}

Tensor HiddenNaN::to_scores(const Tensor& scores) const { return masked_fill(scores, no_score_, NAN); }
Tensor HiddenNaN::to_output(const Tensor& output) const { return masked_fill(output, no_output_, NAN); }

}  // namespace qkv
