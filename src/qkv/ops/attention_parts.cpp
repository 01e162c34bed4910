#include <qkv/ops/attention_parts.h>
#include <qkv/ops/elementwise.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

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

/// The mask as large as the pairs it is for.
Mask spread(const Mask& mask, const Shape& pairs) {
  return mask | Mask(pairs, std::vector<std::uint8_t>(static_cast<std::size_t>(pairs.count())));
}

/// x with other sizes behind the leading axes.
Shape with_matrix(const Shape& x, Index rows, Index columns) {
  Shape shape = x;
  shape[-2] = rows;
  shape[-1] = columns;
  return shape;
}

/// Are all sizes below the limit, and none NaN?
bool all_below(Scalar limit, const Array& x) {
  unsigned others = 0;  // no early end: so the loop runs in whole registers
  for (Index i = 0; i < static_cast<Index>(x.size()); ++i) others |= !(std::abs(x.data()[i]) < limit);
  return others == 0;
}
bool finite(const Array& x) { return all_below(std::numeric_limits<Scalar>::infinity(), x); }

/// Are all sums of n products of a number of a and one of b surely finite?
bool surely_finite(const Array& a, const Array& b, Index n) {
  const Scalar limit = std::sqrt(std::numeric_limits<Scalar>::max() / static_cast<Scalar>(2 * n + 2));
  return all_below(limit, a) && all_below(limit, b);
}

/// Each matrix turned round.
Array turned(const Array& x) {
  const Shape shape = shape_of(x);
  Strides strides = contiguous_strides(shape);
  std::swap(strides[static_cast<std::size_t>(shape.rank() - 2)], strides[static_cast<std::size_t>(shape.rank() - 1)]);
  return strided(x, with_matrix(shape, shape[-1], shape[-2]), strides);
}

/// Pairs (..., queries, keys) of rows of a (..., queries, n) and b (..., keys, n): a_i . b_j, and a finite number, mostly 0, where hidden.
Array visible_products(const Array& a, const Array& b, const Mask& mask) {
  Array pairs = product(a, shape_of(a), false, b, shape_of(b), true);
  return mask.empty() || surely_finite(a, b, shape_of(a)[-1]) ? pairs : without_hidden(std::move(pairs), mask);
}

/// sum_j pairs_ij x_j, over those keys j that query i may see; or, where `to_keys`, sum_i pairs_ij x_i, over those queries that may see key j.
Array visible_sums(const Array& pairs, bool to_keys, const Array& x, const Mask& mask) {
  // To turn x and the sums round is less work than to turn the pairs round.
  Array sums = to_keys ? turned(product(x, shape_of(x), true, pairs, shape_of(pairs), false))
                       : product(pairs, shape_of(pairs), false, x, shape_of(x), false);
  if (mask.empty() || finite(sums)) return sums;
  // A hidden pair is 0, and 0 times what is not finite is NaN. So what is not finite is summed again without the hidden.
  const Shape shape = shape_of(sums), of_pairs = with_matrix(shape, shape_of(pairs)[-2], shape_of(pairs)[-1]);
  const Index rows = shape[-2], columns = shape[-1], terms = shape_of(x)[-2];
  const Array all_pairs = broadcast_to(pairs, of_pairs), all_x = broadcast_to(x, with_matrix(shape, terms, columns));
  const Mask hidden = spread(mask, of_pairs);
  for (Index place = 0; place < shape.count(); ++place) {
    if (std::isfinite(sums.data()[place])) continue;
    const Index matrix = place / (rows * columns), row = place / columns % rows, column = place % columns;
    double sum = 0;
    for (Index term = 0; term < terms; ++term) {
      const Index pair = matrix * rows * terms + (to_keys ? term * rows + row : row * terms + term);
      if (hidden.hidden[pair]) continue;
      sum += static_cast<double>(all_pairs.data()[pair]) * static_cast<double>(all_x.data()[(matrix * terms + term) * columns + column]);
    }
    sums.data()[place] = static_cast<Scalar>(sum);
  }
  return sums;
}

}  // namespace

Array without_hidden(Array pairs, const Mask& mask) {
  if (mask.empty() || finite(pairs)) return pairs;
  const Mask hidden = spread(mask, shape_of(pairs));
  for (Index i = 0; i < static_cast<Index>(pairs.size()); ++i)
    if (hidden.hidden[i]) pairs.data()[i] = 0;
  return pairs;
}

/// S = Q K^T.   dQ = dS K, dK = dS^T Q.
Tensor visible_scores(const Tensor& q, const Tensor& k, const Mask& mask) {
  auto dq = [=](const Array& ds) -> Array { return visible_sums(ds, false, array(k), mask); };
  auto dk = [=](const Array& ds) -> Array { return visible_sums(ds, true, array(q), mask); };
  return record("scores", visible_products(array(q), array(k), mask), {{q, dq}, {k, dk}});
}

/// Y = W V.   dW = dY V^T, dV = W^T dY.
Tensor weighted_values(const Tensor& weights, const Tensor& v, const Mask& mask) {
  auto dweights = [=](const Array& dy) -> Array { return visible_products(dy, array(v), mask); };
  auto dv = [=](const Array& dy) -> Array { return visible_sums(array(weights), true, dy, mask); };
  return record("weighted_values", visible_sums(array(weights), false, array(v), mask), {{weights, dweights}, {v, dv}});
}

}  // namespace qkv
