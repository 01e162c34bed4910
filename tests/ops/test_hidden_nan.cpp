#include <tensor/compare.h>

#include <qkv/ops/arithmetic.h>
#include <qkv/ops/attention.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>

#include <algorithm>
#include <cmath>

using namespace qkv;

namespace {

bool holds_nan(const Tensor& x) {
  return std::any_of(x.data(), x.data() + x.size(), [](Scalar number) { return std::isnan(number); });
}

struct Example {
  Tensor q, k, v, w;  // (2, 4, 3), (2, 5, 3), (2, 5, 2); w (3): of additive attention
  Tensors gradients;

  explicit Example(Index seed) {
    Rng rng(seed);
    q = randn({2, 4, 3}, rng), k = randn({2, 5, 3}, rng), v = randn({2, 5, 2}, rng), w = randn({3}, rng);
  }
  /// The output for one kind of attention; the gradients of its sum of squares, over the queries before `queries`, go to `gradients`.
  Tensor run(const std::string& kind, const Mask& mask, bool causal, Index queries = 4) {
    for (const Tensor* x : {&q, &k, &v, &w}) x->zero_grad(), x->requires_grad(true);
    AttentionOptions options;
    options.mask = mask;
    options.causal = causal;
    options.need_weights = kind == "composed";
    Tensor output = kind == "additive" ? additive_attention(q, k, w, v, causal ? mask | causal_mask(4, 5) : mask).output
                                       : scaled_dot_product_attention(q, k, v, options).output;
    Tensor counted = slice(output, 1, 0, queries);
    sum(counted * counted).backward();
    gradients.clear();
    for (const Tensor* x : {&q, &k, &v}) gradients.push_back(x->grad());
    return output.detach();
  }
};

}  // namespace

TEST_CASE("hidden keys and values that are NaN or infinite change neither output nor gradient") {
  const Mask padding = padding_mask({5, 3}, 5).reshaped({2, 1, 5});
  for (const std::string kind : {"composed", "fused", "additive"})
    for (double bad : {not_a_number, infinity, -infinity}) {
      CAPTURE(kind);
      CAPTURE(bad);
      Example clean(1), spoilt(1);
      for (Index key : {3, 4})
        for (Index i = 0; i < 3; ++i) spoilt.k.set({1, key, i}, bad);
      spoilt.v.set({1, 4, 1}, bad);
      CHECK_CLOSE(spoilt.run(kind, padding, false), clean.run(kind, padding, false));
      for (std::size_t i = 0; i < 3; ++i) CHECK_CLOSE(spoilt.gradients[i], clean.gradients[i]);
    }
}

TEST_CASE("a NaN reaches the queries that may see it, and no others") {
  for (const std::string kind : {"composed", "additive"})
    for (bool in_key : {true, false}) {
      CAPTURE(kind);
      Example clean(2), spoilt(2);
      (in_key ? spoilt.k : spoilt.v).set({0, 2, 1}, not_a_number);  // key 2: seen by queries 2 and 3
      Tensor output = spoilt.run(kind, {}, true, 2), expected = clean.run(kind, {}, true, 2);
      CHECK_CLOSE(slice(output, 1, 0, 2), slice(expected, 1, 0, 2));
      CHECK_CLOSE(select(output, 0, 1), select(expected, 0, 1));
      CHECK(holds_nan(select(select(output, 0, 0), 0, 2)));
      CHECK(holds_nan(select(select(output, 0, 0), 0, 3)));
    }
}
