#include <qkv/kernels/additive.h>
#include <qkv/kernels/attention.h>
#include <qkv/kernels/parallel.h>
#include <qkv/kernels/rows.h>
#include <qkv/ops/attention_parts.h>
#include <qkv/ops/fused_attention.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>
#include <qkv/tensor/strides.h>

// An appendix to attention.cpp: the same results by kernels that store no weights, and no tanh of all pairs.

namespace qkv {
namespace {

/// Where a head's rows lie in an array: number (b, h, t, i) at b batch + h head + t row + i.
struct Place {
  Index batch, head, row, offset = 0;
};

/// All heads of all batches, and where they are read and written.
struct Heads {
  Index batches, heads, queries, keys, d, dv;
  Place q, k, v, out;
  Scalar scale;
  bool causal;
  Mask mask;
  Shape scores;  // (..., queries, keys), with batches * heads leading entries; what the mask is broadcast to

  /// `inputs` are q, k and v, or one tensor that holds all three; `softmaxes` holds two numbers for each query of each head.
  kernels::Head head(Index b, Index h, const Tensors& inputs, Scalar* softmaxes) const {
    const Scalar *q_data = inputs.front().data(), *k_data = inputs[inputs.size() / 2].data(), *v_data = inputs.back().data();
    Scalar* own = softmaxes + 2 * queries * (b * heads + h);
    kernels::Head one{queries, keys,    d, dv, scale, at(q_data, q, b, h), at(k_data, k, b, h), at(v_data, v, b, h), q.row, k.row, v.row,
                      causal,  nullptr, 0, 0,  own,   own + queries};
    if (mask.empty()) return one;
    Strides strides = broadcast_strides(mask.shape, scores);
    Index place = 0, rest = b * heads + h;
    for (Index axis = scores.rank() - 3; axis >= 0; --axis) {
      place += rest % scores[axis] * strides[axis];
      rest /= scores[axis];
    }
    one.hidden = mask.hidden.data() + place;
    one.hidden_query_stride = strides[scores.rank() - 2];
    one.hidden_key_stride = strides[scores.rank() - 1];
    return one;
  }

  template <class Number>
  static Number* at(Number* data, const Place& place, Index b, Index h) {
    return data + b * place.batch + h * place.head + place.offset;
  }

  template <class Use>
  void for_each_head(Use use) const {
    kernels::parallel(batches * heads, queries * keys * (d + dv) / 32, 1, [&](Index begin, Index end) {
      Array scratch = empty_array({kernels::attention_scratch(queries, keys, d, dv)});
      for (Index i = begin; i < end; ++i) use(i / heads, i % heads, scratch.data());
    });
  }
};

/// Heads side by side in the rows of q, k, v and the result.
Heads side_by_side(Index batches, Index heads, Index d, Index dv, const Shape& scores, const AttentionOptions& options) {
  const Index queries = scores[-2], keys = scores[-1], E = heads * d, Ev = heads * dv;
  const Place q{queries * E, d, E}, k{keys * E, d, E}, v{keys * Ev, dv, Ev}, out{queries * Ev, dv, Ev};
  return {batches, heads, queries, keys, d, dv, q, k, v, out, scale_of(d, options), options.causal, options.mask, scores};
}

/// Records the operation on q, k and v, or on one tensor that holds all three.
Tensor attend(const Heads& heads, const Shape& shape, const Tensors& inputs) {
  Array out = empty_array(shape), softmaxes = empty_array({2 * heads.batches * heads.heads * heads.queries});
  heads.for_each_head([&](Index b, Index h, Scalar* scratch) {
    kernels::attention(heads.head(b, h, inputs, softmaxes.data()), heads.at(out.data(), heads.out, b, h), heads.out.row, scratch);
  });
  return record("attention", std::move(out), inputs, [=](const Array& dout, const Array& y) mutable -> std::vector<Array> {
    std::vector<Array> gradients;
    gradients.reserve(inputs.size());
    for (const Tensor& input : inputs) gradients.push_back(empty_array(input.shape()));
    Scalar *dq = gradients.front().data(), *dk = gradients[gradients.size() / 2].data(), *dv = gradients.back().data();
    heads.for_each_head([&](Index b, Index h, Scalar* scratch) {
      kernels::attention_gradient(heads.head(b, h, inputs, softmaxes.data()), heads.at(y.data(), heads.out, b, h),
                                  heads.at(dout.data(), heads.out, b, h), heads.out.row, heads.at(dq, heads.q, b, h),
                                  heads.at(dk, heads.k, b, h), heads.at(dv, heads.v, b, h), heads.q.row, heads.k.row, heads.v.row, scratch);
    });
    return gradients;
  });
}

bool drops(const AttentionOptions& options) { return options.dropout > 0 && training(); }

void check_fused(const AttentionOptions& options, const Shape& scores) {
  require(!options.bias.defined() && !drops(options), "multi_head_attention: the fused operation takes no ",
          options.bias.defined() ? "bias" : "dropout", "; use scaled_dot_product_attention");
  check_options("multi_head_attention", options, scores);
}

}  // namespace

bool can_be_fused(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options) {
  auto lead = [](const Tensor& x) { return x.shape().part(0, x.rank() - 2); };
  return !options.need_weights && !options.bias.defined() && !drops(options) && lead(q) == lead(k) && lead(k) == lead(v) && q.size() > 0 &&
         k.size() > 0;
}

Tensor fused_attention(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options) {
  Shape scores = q.shape(), shape = scores;
  scores[-1] = k.size(-2);
  shape[-1] = v.size(-1);
  return attend(side_by_side(q.size() / (q.size(-2) * q.size(-1)), 1, q.size(-1), v.size(-1), scores, options), shape, {q, k, v});
}

Tensor multi_head_attention(const Tensor& q, const Tensor& k, const Tensor& v, Integer heads, const AttentionOptions& options) {
  require(q.rank() == 3 && k.rank() == 3 && v.rank() == 3 && k.size(0) == q.size(0) && v.size(0) == q.size(0) && k.size(1) == v.size(1),
          "multi_head_attention: q ", q.shape(), ", k ", k.shape(), ", v ", v.shape(),
          ": must be (B, queries, heads d), (B, keys, heads d), (B, keys, heads dv)");
  Index B = q.size(0), E = q.size(2), Ev = v.size(2);
  require(E > 0, "multi_head_attention: q ", q.shape(), ": rows of no numbers have no scores");
  require(heads >= 1 && k.size(2) == E && E % heads == 0 && Ev % heads == 0, "multi_head_attention: q ", q.shape(), ", k ", k.shape(),
          ", v ", v.shape(), " in ", heads, " heads: widths of q and k must be equal, and all a multiple of the heads");
  const Shape scores{B, heads, q.size(1), k.size(1)};
  check_fused(options, scores);
  return attend(side_by_side(B, heads, E / heads, Ev / heads, scores, options), {B, q.size(1), Ev}, {q, k, v});
}

Tensor multi_head_attention(const Tensor& qkv, Integer heads, const AttentionOptions& options) {
  require(qkv.rank() == 3 && qkv.size(2) > 0 && heads >= 1 && heads <= qkv.size(2) && qkv.size(2) % (3 * heads) == 0,
          "multi_head_attention: qkv ", qkv.shape(), " in ", heads, " heads: must be (B, T, 3 heads d)");
  Index B = qkv.size(0), T = qkv.size(1), E = qkv.size(2) / 3, d = E / heads;
  const Shape scores{B, heads, T, T};
  check_fused(options, scores);
  Heads all = side_by_side(B, heads, d, d, scores, options);
  all.q = {T * 3 * E, d, 3 * E, 0}, all.k = {T * 3 * E, d, 3 * E, E}, all.v = {T * 3 * E, d, 3 * E, 2 * E};
  return attend(all, {B, T, E}, {qkv});
}

Tensor additive_scores(const Tensor& q, const Tensor& k, const Tensor& v) { return additive_scores(q, k, v, {}); }

/// e_ij = v . tanh(q_i + k_j).   The gradients: kernels/additive.h.
Tensor additive_scores(const Tensor& q, const Tensor& k, const Tensor& v, const Mask& mask) {
  const Shape shape = check_additive_scores(q, k, v);
  Index batches = shape[0], queries = shape[1], keys = shape[2], h = q.size(2);
  Array scores = empty_array(shape);
  kernels::parallel(batches, queries * keys * h, 1, [&](Index begin, Index end) {
    for (Index b = begin; b < end; ++b)
      kernels::additive_scores(q.data() + b * queries * h, k.data() + b * keys * h, v.data(), queries, keys, h,
                               scores.data() + b * queries * keys);
  });
  return record("additive_scores", without_hidden(std::move(scores), mask), {q, k, v}, [=](const Array& dscores) -> std::vector<Array> {
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

}  // namespace qkv
