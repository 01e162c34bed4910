#include <tensor/compare.h>

#include <qkv/ops/arithmetic.h>
#include <qkv/ops/attention.h>
#include <qkv/ops/compare.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

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

constexpr double too_large = 0.9 * static_cast<double>(std::numeric_limits<Scalar>::max());  // to be multiplied by 2

/// Output, and gradients of the sum of output times 2, with the weights or without.
struct Result {
  Tensor output, dq, dk, dv;

  Result(const Tensor& q, const Tensor& k, const Tensor& v, AttentionOptions options, bool need_weights) {
    for (const Tensor* x : {&q, &k, &v}) x->zero_grad(), x->requires_grad(true);
    options.need_weights = need_weights;
    const Attended attended = scaled_dot_product_attention(q, k, v, options);
    REQUIRE(attended.weights.defined() == need_weights);
    sum(attended.output * 2).backward();
    output = attended.output.detach(), dq = q.grad(), dk = k.grad(), dv = v.grad();
  }
};

/// x with one mark for all that is not finite.
Tensor finite_or_mark(const Tensor& x) { return where(x - x == 0, x, 1e9); }

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

TEST_CASE("a value that only some of the broadcast batches hold reaches those alone") {
  Rng rng(3);
  const Tensor q = randn({1, 3, 4}, rng), k = randn({1, 3, 4}, rng);
  AttentionOptions options;
  options.causal = true;
  for (double bad : {not_a_number, infinity})
    for (Index batch : {0, 1}) {
      Tensor v = ones({2, 3, 2});
      v.set({batch, 0, 0}, bad);  // key 0: every query sees it
      const Tensor output = scaled_dot_product_attention(q, k, v, options).output;
      for (Index i = 0; i < 3; ++i) {
        const double spoilt = output.at({batch, i, 0});
        CHECK((std::isnan(bad) ? std::isnan(spoilt) : spoilt == infinity));
        CHECK(output.at({batch, i, 1}) == doctest::Approx(1));
        for (Index c : {0, 1}) CHECK(output.at({1 - batch, i, c}) == doctest::Approx(1));
      }
    }
}

TEST_CASE("a value reaches its own column of the output, and the queries that see it") {
  for (bool need_weights : {true, false}) {
    CAPTURE(need_weights);
    AttentionOptions options;
    options.causal = true;
    Result endless(ones({2, 1}), ones({2, 1}), tensor({{1}, {infinity}}), options, need_weights);
    CHECK_CLOSE(endless.output, tensor({1, infinity}).reshape({2, 1}));

    options.causal = false;
    options.mask = Mask({{0, 0, 1}, {1, 0, 0}});
    Result nan(ones({2, 2}), ones({3, 2}), tensor({{not_a_number, 1}, {2, 3}, {4, 5}}), options, need_weights);
    CHECK_CLOSE(nan.output, tensor({{not_a_number, 2}, {3, 4}}));
  }
}

TEST_CASE("a NaN query that sees nothing changes no gradient") {
  for (bool need_weights : {true, false}) {
    CAPTURE(need_weights);
    AttentionOptions options;
    options.mask = Mask({{1, 1}, {0, 0}});
    const Tensor k = tensor({{1, 2}, {3, 4}}), v = tensor({{1, 2}, {3, 5}});
    Result clean(tensor({{7, 1}, {1, 2}}), k.clone(), v.clone(), options, need_weights);
    for (double bad : {not_a_number, infinity, too_large}) {
      Result spoilt(tensor({{bad, 1}, {1, 2}}), k.clone(), v.clone(), options, need_weights);
      CHECK(spoilt.output.at({0, 0}) == 0);
      CHECK(spoilt.dq.at({0, 0}) == 0);
      CHECK_CLOSE(spoilt.output, clean.output);
      CHECK_CLOSE(spoilt.dq, clean.dq);
      CHECK_CLOSE(spoilt.dk, clean.dk);
      CHECK_CLOSE(spoilt.dv, clean.dv);
    }
  }
}

TEST_CASE("a NaN query changes no gradient of the keys hidden from it") {
  for (bool need_weights : {true, false}) {
    CAPTURE(need_weights);
    AttentionOptions options;
    options.mask = Mask({{0, 1}, {1, 0}});  // each query sees a key of its own, with weight 1
    Result result(tensor({{not_a_number, 1}, {1, 2}}), ones({2, 2}), ones({2, 1}), options, need_weights);
    CHECK_CLOSE(result.output, tensor({not_a_number, 1}).reshape({2, 1}));
    CHECK_CLOSE(select(result.dk, 0, 1), zeros({2}));
    CHECK_CLOSE(result.dv, tensor({not_a_number, 2}).reshape({2, 1}));
  }
}

TEST_CASE("a hidden value too large to be multiplied changes no gradient") {
  for (bool need_weights : {true, false}) {
    CAPTURE(need_weights);
    AttentionOptions options;
    options.mask = Mask({{0, 1}});
    Result result(ones({1, 1}), tensor({{1}, {2}}), tensor({{1, 2}, {too_large, too_large}}), options, need_weights);
    CHECK_CLOSE(result.output, tensor({{1, 2}}));
    CHECK_CLOSE(result.dq, zeros({1, 1}));
    CHECK_CLOSE(result.dk, zeros({2, 1}));
    CHECK_CLOSE(result.dv, tensor({{2, 2}, {0, 0}}));
  }
  Tensor q = ones({1, 1, 1}).requires_grad(true), k = ones({1, 2, 1}).requires_grad(true);
  sum(additive_attention(q, k, ones({1}), tensor({1, too_large}).reshape({1, 2, 1}), Mask({{0, 1}})).output * 2).backward();
  CHECK_CLOSE(q.grad(), zeros({1, 1, 1}));
  CHECK_CLOSE(k.grad(), zeros({1, 2, 1}));
}

TEST_CASE("composed and fused agree on numbers that are not finite, in every place and behind every mask") {
  Rng rng(4);
  auto any_of = [&](Index n) { return std::min(n - 1, static_cast<Index>(rng.uniform() * static_cast<double>(n))); };
  Index spoilt_outputs = 0, sound_outputs = 0;
  for (int round = 0; round < 300; ++round) {
    CAPTURE(round);
    const bool large = round % 30 == 0;  // more than a tile of queries and of keys
    const Index queries = large ? 60 : 4, keys = large ? 270 : 5;
    Tensor q = randn({2, queries, 3}, rng), k = randn({2, keys, 3}, rng), v = randn({2, keys, 2}, rng);
    AttentionOptions options;
    options.causal = round % 3 == 0;
    options.mask = Mask({2, queries, keys}, std::vector<std::uint8_t>(static_cast<std::size_t>(2 * queries * keys)));
    for (std::uint8_t& hidden : options.mask.hidden) hidden = rng.uniform() < 0.4;
    // Query 1 of the first batch sees nothing and key 2 is seen by nobody: there numbers that are too large stand, for where they are seen, what is
    // infinite depends on the order in which they are multiplied.
    for (Index j = 0; j < keys; ++j) options.mask.hidden[keys + j] = 1;
    for (Index i = 0; i < queries; ++i) options.mask.hidden[i * keys + 2] = 1;
    q.set({0, 1, any_of(3)}, too_large);
    k.set({0, 2, any_of(3)}, -too_large);
    v.set({0, 2, any_of(2)}, too_large);
    for (int bad = 0; bad < 2; ++bad) {
      const double number = std::array<double, 3>{not_a_number, infinity, -infinity}[static_cast<std::size_t>(any_of(3))];
      const Index where = any_of(3), batch = any_of(2);
      if (where == 0) q.set({batch, any_of(queries), any_of(3)}, number);
      if (where == 1) k.set({batch, any_of(keys), any_of(3)}, number);
      if (where == 2) v.set({batch, any_of(keys), any_of(2)}, number);
    }
    Result composed(q.clone(), k.clone(), v.clone(), options, true), fused(q.clone(), k.clone(), v.clone(), options, false);
    CHECK_CLOSE(fused.output, composed.output);
    CHECK_CLOSE(finite_or_mark(fused.dq), finite_or_mark(composed.dq));
    CHECK_CLOSE(finite_or_mark(fused.dk), finite_or_mark(composed.dk));
    CHECK_CLOSE(finite_or_mark(fused.dv), finite_or_mark(composed.dv));
    for (Index i = 0; i < fused.output.size(); ++i) ++(std::isfinite(fused.output.data()[i]) ? sound_outputs : spoilt_outputs);
  }
  CHECK(spoilt_outputs > 100);
  CHECK(sound_outputs > 1000);
}
