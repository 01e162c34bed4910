#include <tensor/compare.h>

#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/attention.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>

using namespace qkv;

namespace {

AttentionOptions with_mask(const Mask& mask) {
  AttentionOptions options;
  options.mask = mask;
  return options;
}

struct Example {
  Rng rng{1};
  Tensor q = randn({2, 3, 4}, rng), k = randn({2, 5, 4}, rng), v = randn({2, 5, 6}, rng);
};

}  // namespace

TEST_CASE("attention: three tokens of width 2 by hand") {
  Tensor q = tensor({{1, 2}, {2, 3}, {3, 4}}), k = tensor({{1, 2}, {3, 3}, {4, 5}}), v = tensor({{1, 2}, {3, 4}, {5, 6}});
  AttentionOptions unscaled;
  unscaled.scale = 1;
  // scores 5 9 14, 8 15 23, 11 21 32
  double a = std::exp(-9.0), b = std::exp(-5.0), sum = a + b + 1;
  Attended got = scaled_dot_product_attention(q, k, v, unscaled);
  CHECK(got.weights.shape() == Shape{3, 3});
  CHECK_CLOSE(select(got.weights, 0, 0), tensor({a / sum, b / sum, 1 / sum}), 10 * rounding);
  CHECK_CLOSE(select(got.output, 0, 0), tensor({(a + 3 * b + 5) / sum, (2 * a + 4 * b + 6) / sum}), 10 * rounding);
  AttentionOptions root;
  root.scale = 1 / std::sqrt(2.0);
  CHECK_CLOSE(scaled_dot_product_attention(q, k, v).output, scaled_dot_product_attention(q, k, v, root).output);
}

TEST_CASE("attention: equal keys give uniform weights, so that the output is the mean value") {
  Example e;
  Tensor equal = select(e.k, 1, 0);
  Attended got = scaled_dot_product_attention(e.q, stack({equal, equal, equal, equal, equal}, 1), e.v);
  CHECK_CLOSE(got.weights, full({2, 3, 5}, 0.2));
  CHECK_CLOSE(got.output, mean(e.v, 1, true) + zeros({2, 3, 6}));
}

TEST_CASE("attention: the order of keys and values changes nothing") {
  Example e;
  Attended got = scaled_dot_product_attention(e.q, e.k, e.v);
  CHECK_CLOSE(sum(got.weights, -1), ones({2, 3}));
  auto shuffled = [](const Tensor& x, Index axis) {
    std::vector<Tensor> parts;
    for (Index i : {3, 0, 4, 1, 2}) parts.push_back(slice(x, axis, i, i + 1));
    return concat(parts, axis);
  };
  Attended other = scaled_dot_product_attention(e.q, shuffled(e.k, 1), shuffled(e.v, 1));
  CHECK_CLOSE(other.output, got.output, 10 * rounding);
  CHECK_CLOSE(other.weights, shuffled(got.weights, 2), 10 * rounding);
}

TEST_CASE("attention: a causal mask hides the future") {
  Example e;
  Tensor q = e.k, k = e.k, v = e.v;
  Attended got = scaled_dot_product_attention(q, k, v, with_mask(causal_mask(5, 5)));
  for (Index i = 0; i < 5; ++i)
    for (Index j = i + 1; j < 5; ++j) CHECK(got.weights.at({1, i, j}) == 0);
  CHECK_CLOSE(sum(got.weights, -1), ones({2, 5}));
  CHECK_CLOSE(select(got.output, 1, 0), select(v, 1, 0));
  // Another future does not change the past, and the past gets no gradient from it.
  Tensor altered = v.clone().requires_grad(true);
  for (Index b = 0; b < 2; ++b)
    for (Index c = 0; c < 6; ++c) altered.set({b, 4, c}, 100);
  Tensor past = slice(scaled_dot_product_attention(q, k, altered, with_mask(causal_mask(5, 5))).output, 1, 0, 4);
  CHECK_CLOSE(past, slice(got.output, 1, 0, 4), 0);
  sum(past).backward();
  CHECK_CLOSE(select(altered.grad(), 1, 4), zeros({2, 6}), 0);
}

TEST_CASE("attention: a masked key may as well not be there") {
  Example e;
  Attended got = scaled_dot_product_attention(e.q, e.k, e.v, with_mask(padding_mask({3, 3}, 5).reshaped({2, 1, 5})));
  Attended shorter = scaled_dot_product_attention(e.q, slice(e.k, 1, 0, 3), slice(e.v, 1, 0, 3));
  CHECK_CLOSE(got.output, shorter.output, 10 * rounding);
  CHECK_CLOSE(slice(got.weights, 2, 0, 3), shorter.weights, 10 * rounding);
  CHECK_CLOSE(slice(got.weights, 2, 3, 5), zeros({2, 3, 2}), 0);
}

TEST_CASE("attention: a row with nothing to attend to gives 0, and gradient 0") {
  Example e;
  for (Tensor x : {e.q, e.k, e.v}) x.requires_grad(true);
  Attended got = scaled_dot_product_attention(e.q, e.k, e.v, with_mask(Mask({3, 1}, {0, 1, 0})));
  CHECK_CLOSE(select(got.weights, 1, 1), zeros({2, 5}), 0);
  CHECK_CLOSE(select(got.output, 1, 1), zeros({2, 6}), 0);
  sum(slice(got.output, 1, 1, 2)).backward();
  CHECK_CLOSE(e.q.grad(), zeros({2, 3, 4}), 0);
  CHECK_CLOSE(e.k.grad(), zeros({2, 5, 4}), 0);
  CHECK_CLOSE(e.v.grad(), zeros({2, 5, 6}), 0);
}

TEST_CASE("attention: a bias of -infinity is a mask") {
  Example e;
  AttentionOptions biased;
  biased.bias = tensor({0, -infinity, 0, 0, -infinity});
  Attended got = scaled_dot_product_attention(e.q, e.k, e.v, biased),
           masked = scaled_dot_product_attention(e.q, e.k, e.v, with_mask(Mask{0, 1, 0, 0, 1}));
  CHECK_CLOSE(got.output, masked.output);
  CHECK_CLOSE(got.weights, masked.weights);
}

TEST_CASE("attention: more axes in front") {
  Example e;
  Tensor q = unsqueeze(e.q, 1), k = unsqueeze(e.k, 0);  // (2, 1, 3, 4) and (1, 2, 5, 4)
  Attended got = scaled_dot_product_attention(q, k, unsqueeze(e.v, 0));
  CHECK(got.weights.shape() == Shape{2, 2, 3, 5});
  CHECK(got.output.shape() == Shape{2, 2, 3, 6});
  CHECK_CLOSE(select(select(got.output, 0, 1), 0, 0),
              scaled_dot_product_attention(select(e.q, 0, 1), select(e.k, 0, 0), select(e.v, 0, 0)).output);
}

TEST_CASE("attention: a mask for each of the keys' batches, where the queries are shared") {
  Example e;
  const Mask mask(Shape{2, 1, 5}, {0, 1, 0, 0, 1, 1, 0, 0, 1, 0});
  Tensor shared = slice(e.q, 0, 0, 1), repeated = concat({shared, shared}, 0);
  CHECK_CLOSE(scaled_dot_product_attention(shared, e.k, e.v, with_mask(mask)).output,
              scaled_dot_product_attention(repeated, e.k, e.v, with_mask(mask)).output, 1e-6);
}

TEST_CASE("additive attention: score by score") {
  Rng rng(2);
  Tensor q = randn({2, 3, 4}, rng), k = randn({2, 5, 4}, rng), v = randn({4}, rng), values = randn({2, 5, 6}, rng);
  Mask mask = causal_mask(3, 5);
  Attended got = additive_attention(q, k, v, values, mask);
  for (Index b = 0; b < 2; ++b)
    for (Index i = 0; i < 3; ++i) {
      std::vector<double> weights;
      double total = 0;
      for (Index j = 0; j <= i; ++j) {
        double score = 0;
        for (Index c = 0; c < 4; ++c)
          score += static_cast<double>(v.at({c})) * std::tanh(static_cast<double>(q.at({b, i, c}) + k.at({b, j, c})));
        weights.push_back(std::exp(score));
        total += weights.back();
      }
      for (Index j = 0; j < 5; ++j)
        CHECK(static_cast<double>(got.weights.at({b, i, j})) == doctest::Approx(j <= i ? weights[j] / total : 0).epsilon(1e-5));
    }
  CHECK_CLOSE(got.output, matmul(got.weights, values));
  CHECK_CLOSE(additive_attention(q, zeros({2, 5, 4}), v, values).weights, full({2, 3, 5}, 0.2));
  CHECK_CLOSE(additive_attention(q, k, v, values, Mask({3, 1}, {1, 0, 0})).output,
              additive_attention(q, k, v, values).output * tensor({{{0}, {1}, {1}}}));
}

TEST_CASE("attention: messages") {
  Tensor q = zeros({2, 3, 4}), k = zeros({2, 5, 4}), v = zeros({2, 5, 6});
  auto f = [&](const Tensor& a, const Tensor& b, const Tensor& c, const Mask& mask = {}) {
    return scaled_dot_product_attention(a, b, c, with_mask(mask));
  };
  const std::string name = "scaled_dot_product_attention: ";
  CHECK_THROWS_WITH_AS(f(zeros({4}), zeros({4}), zeros({4})),
                       (name + "q (4,), k (4,), v (4,): must be (..., T, d) with equally many axes").c_str(), Error);
  CHECK_THROWS_WITH_AS(f(q, zeros({5, 4}), v),
                       (name + "q (2, 3, 4), k (5, 4), v (2, 5, 6): must be (..., T, d) with equally many axes").c_str(), Error);
  CHECK_THROWS_WITH_AS(f(q, zeros({2, 5, 3}), v), (name + "q (2, 3, 4), k (2, 5, 3): the widths 4 and 3 differ").c_str(), Error);
  CHECK_THROWS_WITH_AS(f(q, k, zeros({2, 4, 6})), (name + "5 keys but 4 values (k (2, 5, 4), v (2, 4, 6))").c_str(), Error);
  CHECK_THROWS_WITH_AS(f(q, k, v, causal_mask(5, 3)),
                       (name + "mask (5, 3) for scores (2, 3, 5): must broadcast to (..., queries, keys)").c_str(), Error);
  CHECK_THROWS_WITH_AS(f(q, k, v, Mask({1, 1, 1, 5}, std::vector<std::uint8_t>(5))),
                       (name + "mask (1, 1, 1, 5) for scores (2, 3, 5): must broadcast to (..., queries, keys)").c_str(), Error);

  Tensor w = zeros({4});
  CHECK_THROWS_WITH_AS(additive_attention(q, zeros({2, 5, 3}), w, v),
                       "additive_scores: q (2, 3, 4), k (2, 5, 3): must be (B, queries, h) and (B, keys, h)", Error);
  CHECK_THROWS_WITH_AS(additive_attention(q, k, zeros({3}), v), "additive_scores: v (3,): must be (4,)", Error);
  CHECK_THROWS_WITH_AS(additive_attention(q, k, w, zeros({2, 4, 6})),
                       "additive_attention: values (2, 4, 6) for keys (2, 5, 4): must be (B, keys, dv)", Error);
  CHECK_THROWS_WITH_AS(additive_attention(q, k, w, v, Mask{1, 0}),
                       "additive_attention: mask (2,) for scores (2, 3, 5): must broadcast to (..., queries, keys)", Error);
}
