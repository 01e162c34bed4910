#include "law.h"

#include <qkv/nn/recurrent_steps.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/attention.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/recurrent.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>

using namespace qkv;

namespace {

/// Rows along axis 1 of (B, T, d) in another order.
Tensor reordered(const Tensor& x, const std::vector<Index>& order) {
  std::vector<Tensor> rows;
  for (Index i : order) rows.push_back(select(x, 1, i));
  return stack(rows, 1);
}

struct Problem {
  Index B, queries, keys;
  Tensor q, k, v;
  AttentionOptions options;

  explicit Problem(Rng& rng, Index longest = 9) : B(pick(rng, 1, 3)), queries(pick(rng, 1, longest)), keys(pick(rng, 1, longest)) {
    Index d = pick(rng, 1, 6), dv = pick(rng, 1, 6);
    q = randn({B, queries, d}, rng);
    k = randn({B, keys, d}, rng);
    v = randn({B, keys, dv}, rng);
    options.need_weights = rng.below(2) == 0;
  }
  Mask random_mask(const Shape& shape, Rng& rng) const {
    Mask mask(shape, std::vector<std::uint8_t>(static_cast<std::size_t>(shape.count())));
    for (std::uint8_t& mark : mask.hidden) mark = rng.below(3) == 0;
    return mask;
  }
  Tensor output() const { return scaled_dot_product_attention(q, k, v, options).output; }
};

}  // namespace

TEST_CASE("laws: attention sees a set of keys, and each query by itself") {
  law("permutation", [](Rng& rng) {
    Problem p(rng);
    p.options.mask = p.random_mask({p.B, 1, p.keys}, rng);
    Tensor y = p.output();
    std::vector<Index> order = rng.permutation(p.keys), query_order = rng.permutation(p.queries);
    Mask mask = p.options.mask;
    for (Index b = 0; b < p.B; ++b)
      for (Index j = 0; j < p.keys; ++j) p.options.mask.hidden[b * p.keys + j] = mask.hidden[b * p.keys + order[j]];
    p.k = reordered(p.k, order);
    p.v = reordered(p.v, order);
    REQUIRE(close(p.output(), y));
    p.q = reordered(p.q, query_order);
    REQUIRE(close(p.output(), reordered(y, query_order)));
  });
}

TEST_CASE("laws: with a causal mask the past does not see the future") {
  law("causality", [](Rng& rng) {
    Problem p(rng, 90);  // beyond the strip that the fused operation works in
    p.k = randn({p.B, p.queries, p.q.size(-1)}, rng);
    p.v = randn({p.B, p.queries, 3}, rng);
    p.options.causal = true;
    Tensor before = p.output();
    Index now = rng.below(p.queries);
    for (Tensor* x : {&p.q, &p.k, &p.v}) *x = concat({slice(*x, 1, 0, now + 1), randn({p.B, p.queries - now - 1, x->size(-1)}, rng)}, 1);
    Tensor after = p.output();
    REQUIRE(same(slice(after, 1, 0, now + 1), slice(before, 1, 0, now + 1)));
    if (now + 1 < p.queries) REQUIRE_FALSE(same(after, before));
  });
}

TEST_CASE("laws: attention is linear in the values, and stays between them") {
  law("values", [](Rng& rng) {
    Problem p(rng);
    Tensor v = p.v, w = randn(v.shape(), rng), y = p.output();
    double a = rng.normal();
    for (Index i = 0; i < y.size(); ++i) REQUIRE(y.data()[i] <= max(v).item() + 10 * rounding);
    p.v = w;
    Tensor z = p.output();
    p.v = v * a + w;
    REQUIRE(close(p.output(), y * a + z));
    p.v = ones(v.shape());
    REQUIRE(close(p.output(), ones(y.shape())));  // weights sum to 1
  });
}

TEST_CASE("laws: fused and composed attention agree, forwards and back") {
  law("fused attention", [](Rng& rng) {
    Problem p(rng, rng.below(5) == 0 ? 80 : 6);
    p.options.causal = rng.below(2) == 0;
    if (rng.below(2) == 0) p.options.mask = p.random_mask(rng.below(2) == 0 ? Shape{p.queries, p.keys} : Shape{p.B, 1, p.keys}, rng);
    if (rng.below(3) == 0) p.options.scale = rng.uniform(0.1, 2);
    Tensor outputs[2], gradients[2][3], up = randn({p.B, p.queries, p.v.size(-1)}, rng);
    for (int fused = 0; fused < 2; ++fused) {
      p.options.need_weights = !fused;
      for (Tensor* x : {&p.q, &p.k, &p.v}) x->requires_grad(true).zero_grad();
      outputs[fused] = p.output();
      outputs[fused].backward(up);
      int i = 0;
      for (const Tensor* x : {&p.q, &p.k, &p.v}) gradients[fused][i++] = x->grad().clone();
    }
    REQUIRE(close(outputs[1], outputs[0]));
    for (int i = 0; i < 3; ++i) REQUIRE(close(gradients[1][i], gradients[0][i], 100 * rounding));
  });
}

TEST_CASE("laws: a fused recurrence is its steps, forwards and back") {
  law("fused recurrences", [](Rng& rng) {
    Index T = pick(rng, 1, 6), B = pick(rng, 1, 4), in = pick(rng, 1, 5), h = pick(rng, 1, 5);
    int kind = static_cast<int>(rng.below(3));
    Index gates = kind == 0 ? 1 : kind == 1 ? 4 : 3;
    bool reverse = rng.below(2) == 0;
    CellWeights w{randn({gates * h, in}, rng), randn({gates * h, h}, rng), randn({gates * h}, rng), randn({gates * h}, rng)};
    Tensor x = randn({T, B, in}, rng), h0 = randn({B, h}, rng), c0 = randn({B, h}, rng), up = randn({T, B, h}, rng);
    std::vector<Tensor> leaves = {x, h0, c0, w.weight_ih, w.weight_hh, w.bias_ih, w.bias_hh};

    auto fused = [&] {
      return kind == 0   ? rnn(x, h0, w, Nonlinearity::tanh, reverse)
             : kind == 1 ? select(lstm(x, h0, c0, w, reverse), 0, 0)
                         : gru(x, h0, w, reverse);
    };
    auto by_steps = [&] {
      std::vector<Tensor> all(static_cast<std::size_t>(T));
      nn::LSTMState state{h0, c0};
      for (Index i = 0; i < T; ++i) {
        Index t = reverse ? T - 1 - i : i;
        Tensor now = select(x, 0, t);
        if (kind == 0) state.h = nn::rnn_step(now, state.h, w);
        if (kind == 1) state = nn::lstm_step(now, state, w);
        if (kind == 2) state.h = nn::gru_step(now, state.h, w);
        all[t] = state.h;
      }
      return stack(all, 0);
    };
    auto run = [&](auto f, std::vector<Tensor>& gradients) {
      for (Tensor& leaf : leaves) leaf.requires_grad(true).zero_grad();
      Tensor y = f();
      y.backward(up);
      for (const Tensor& leaf : leaves) gradients.push_back(leaf.has_grad() ? leaf.grad().clone() : zeros(leaf.shape()));
      return y;
    };
    std::vector<Tensor> one, other;
    REQUIRE(close(run(fused, one), run(by_steps, other)));
    for (std::size_t i = 0; i < leaves.size(); ++i) REQUIRE(close(one[i], other[i], 200 * rounding));
  });
}
