#include "compare.h"
#include "gradient_check.h"

#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/attention.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/error.h>

using namespace qkv;

namespace {

constexpr double close = sizeof(Scalar) == 8 ? 1e-12 : 1e-5;

struct Result {
  Tensor output, dq, dk, dv;
};

/// Output and gradients of the sum of output times fixed numbers, by the composed or the fused operation.
Result run(Tensor q, Tensor k, Tensor v, AttentionOptions options, bool fused) {
  for (Tensor* x : {&q, &k, &v}) {
    *x = x->clone();
    x->requires_grad(true);
  }
  options.need_weights = !fused;
  Attended a = scaled_dot_product_attention(q, k, v, options);
  CHECK(a.weights.defined() == !fused);
  Rng rng(5);
  sum(a.output * rand(a.output.shape(), rng, -1, 1)).backward();
  return {a.output, q.grad(), k.grad(), v.grad()};
}

void check_both(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options) {
  Result composed = run(q, k, v, options, false), fused = run(q, k, v, options, true);
  CHECK(largest_difference(composed.output, fused.output) < close);
  CHECK(largest_difference(composed.dq, fused.dq) < close);
  CHECK(largest_difference(composed.dk, fused.dk) < close);
  CHECK(largest_difference(composed.dv, fused.dv) < close);
}

}  // namespace

TEST_CASE("fused attention equals the composed one, in value and gradient") {
  Rng rng(1);
  for (Index queries : {1, 3, 64, 65, 150})
    for (Index keys : {1, 5, 70, 300})
      for (bool causal : {false, true}) {
        CAPTURE(queries);
        CAPTURE(keys);
        AttentionOptions options;
        options.causal = causal;
        check_both(randn({2, 3, queries, 4}, rng), randn({2, 3, keys, 4}, rng), randn({2, 3, keys, 2}, rng), options);
        options.mask = Mask({2, 1, queries, keys}, std::vector<std::uint8_t>(2 * queries * keys));
        for (std::uint8_t& hidden : options.mask.hidden) hidden = rng.uniform() < 0.4;
        options.scale = 0.7;
        check_both(randn({2, 3, queries, 4}, rng), randn({2, 3, keys, 4}, rng), randn({2, 3, keys, 2}, rng), options);
      }
}

TEST_CASE("fused attention over many keys: scores that grow, fall, and are infinite far behind the first tile") {
  Rng rng(2);
  Tensor q = randn({1, 1, 20, 4}, rng), k = randn({1, 1, 700, 4}, rng), v = randn({1, 1, 700, 2}, rng);
  for (bool rising : {true, false}) {
    Tensor grown = k * reshape(linspace(rising ? 0 : 20, rising ? 21 : -1, 700), {1, 1, 700, 1});
    check_both(q, grown, v, {});
  }
  Tensor endless = k.clone(), ones_q = ones({1, 1, 2, 4});
  for (Index j : {650, 651}) endless.set({0, 0, j, 0}, std::numeric_limits<double>::infinity());
  AttentionOptions options;
  options.need_weights = false;
  Tensor shared = scaled_dot_product_attention(ones_q, endless, v, options).output;
  for (Index column : {0, 1})
    CHECK(shared.at({0, 0, 1, column}) == doctest::Approx((v.at({0, 0, 650, column}) + v.at({0, 0, 651, column})) / 2));
}

TEST_CASE("fused attention: a row with nothing to attend to gives zeros") {
  Rng rng(2);
  AttentionOptions options;
  options.mask = Mask({{1, 1, 1}, {0, 1, 0}});
  options.need_weights = false;
  Tensor q = randn({2, 4}, rng).requires_grad(true), k = randn({3, 4}, rng), v = randn({3, 2}, rng);
  Attended a = scaled_dot_product_attention(q, k, v, options);
  CHECK(a.output.at({0, 0}) == 0);
  CHECK(a.output.at({0, 1}) == 0);
  sum(a.output).backward();
  for (Index i = 0; i < 4; ++i) CHECK(q.grad().at({0, i}) == 0);
}

TEST_CASE("multi_head_attention equals heads cut out and attended one by one") {
  Rng rng(3);
  Index heads = 3, d = 2;
  Tensor qkv = randn({2, 5, 3 * heads * d}, rng);
  AttentionOptions options;
  options.causal = true;
  Tensor packed = multi_head_attention(qkv, heads, options);
  std::vector<Tensor> parts = chunk(qkv, 3, 2);
  CHECK(largest_difference(packed, multi_head_attention(parts[0], parts[1], parts[2], heads, options)) == 0);
  for (Index h = 0; h < heads; ++h) {
    auto cut = [&](const Tensor& x) { return slice(x, 2, h * d, (h + 1) * d); };
    Tensor one = scaled_dot_product_attention(cut(parts[0]), cut(parts[1]), cut(parts[2]), options).output;
    CHECK(largest_difference(cut(packed), one) < close);
  }
  check_gradient([&](const std::vector<Tensor>& in) { return multi_head_attention(in[0], heads, options); }, {qkv});
  check_gradient([&](const std::vector<Tensor>& in) { return multi_head_attention(in[0], in[1], in[2], 2); },
                 {randn({2, 3, 4}, rng), randn({2, 5, 4}, rng), randn({2, 5, 6}, rng)});
}

TEST_CASE("fused attention: a future token cannot change a causal output") {
  Rng rng(4);
  Tensor qkv = randn({1, 70, 12}, rng);
  AttentionOptions options;
  options.causal = true;
  Tensor before = multi_head_attention(qkv, 2, options);
  for (Index i = 0; i < 12; ++i) qkv.set({0, 66, i}, 9);
  Tensor after = multi_head_attention(qkv, 2, options);
  CHECK(largest_difference(slice(before, 1, 0, 66), slice(after, 1, 0, 66)) == 0);
  CHECK(largest_difference(slice(before, 1, 66, 70), slice(after, 1, 66, 70)) > 0.1);
}

TEST_CASE("multi_head_attention says what does not fit") {
  Rng rng(5);
  CHECK_THROWS_WITH_AS(multi_head_attention(randn({2, 5, 10}, rng), 2),
                       "multi_head_attention: qkv (2, 5, 10) in 2 heads: must be (B, T, 3 heads d)", Error);
  AttentionOptions biased;
  biased.bias = zeros({5, 5});
  CHECK_THROWS_WITH_AS(multi_head_attention(randn({2, 5, 12}, rng), 2, biased),
                       "multi_head_attention: the fused operation takes no bias; use scaled_dot_product_attention", Error);
  AttentionOptions masked;
  masked.mask = causal_mask(4, 5);
  CHECK_THROWS_WITH_AS(multi_head_attention(randn({2, 5, 12}, rng), 2, masked),
                       "multi_head_attention: mask (4, 5) for scores (2, 2, 5, 5): must broadcast to (..., queries, keys)", Error);
}

TEST_CASE("additive_scores equals the composed form, in value and gradient") {
  Rng rng(6);
  for (Index h : {1, 5, 16, 37}) {
    CAPTURE(h);
    Index keys = h == 37 ? 19 : 4;  // more than a register of keys, too
    Tensor q = randn({2, 3, h}, rng), k = randn({2, keys, h}, rng), v = randn({h}, rng), up = randn({2, 3, keys}, rng);
    auto composed = [](const std::vector<Tensor>& in) { return matmul(tanh(unsqueeze(in[0], 2) + unsqueeze(in[1], 1)), in[2]); };
    auto fused = [](const std::vector<Tensor>& in) { return additive_scores(in[0], in[1], in[2]); };
    CHECK(largest_difference(composed({q, k, v}), fused({q, k, v})) < close);
    check_gradient(fused, {q, k, v});
    std::vector<Tensor> gradients;
    for (int which : {0, 1}) {
      for (Tensor* x : {&q, &k, &v}) {
        x->requires_grad(true);
        x->zero_grad();
      }
      (which == 0 ? composed({q, k, v}) : fused({q, k, v})).backward(up);
      for (const Tensor& x : {q, k, v}) gradients.push_back(x.grad().clone());
    }
    for (int i : {0, 1, 2}) CHECK(largest_difference(gradients[i], gradients[i + 3]) < 10 * close);
  }
}
