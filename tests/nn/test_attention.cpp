#include "layers.h"

#include <qkv/nn/attention.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/error.h>

using namespace qkv;

namespace {

nn::MultiheadMasks per_head(const Mask& attn = {}) {
  nn::MultiheadMasks masks;
  masks.attn = attn;
  masks.average_weights = false;
  return masks;
}

/// Entries of axis 1 in another order.
Tensor reordered(const Tensor& x, const std::vector<Index>& order) {
  std::vector<Tensor> rows;
  for (Index i : order) rows.push_back(select(x, 1, i));
  return stack(rows, 1);
}

/// The output and, in the same row, the weights: one gradient goes through both.
Tensor in_a_row(const Attended& seen) { return concat({reshape(seen.output, {-1}), reshape(seen.weights, {-1})}, 0); }

void check_rows_sum_to_one(const Tensor& weights) {
  Tensor sums = sum(weights, -1);
  CHECK(largest_difference(sums, ones(sums.shape())) < rounding);
}

}  // namespace

TEST_CASE("AdditiveAttention: the formula by loops") {
  Rng rng(1);
  const Index B = 2, Tq = 3, Tk = 4, h = 5, dv = 2;
  nn::AdditiveAttention attention(3, 6, h, rng, true);
  CHECK(names(attention) == "v (5,), W1.weight (5, 3), W1.bias (5,), W2.weight (5, 6), W2.bias (5,)");
  randomise(attention, rng);
  Tensor query = randn({B, Tq, 3}, rng), key = randn({B, Tk, 6}, rng), value = randn({B, Tk, dv}, rng);
  Mask mask = {{0, 0, 1, 0}, {0, 0, 0, 0}};
  Attended seen = attention(query, key, value, mask);

  Tensor q = attention.W1(query), k = attention.W2(key), weights = zeros({B, Tq, Tk}), output = zeros({B, Tq, dv});
  for (Index b = 0; b < B; ++b)
    for (Index i = 0; i < Tq; ++i) {
      double total = 0;
      std::vector<double> e;
      for (Index j = 0; j < Tk; ++j) {
        double score = 0;
        for (Index n = 0; n < h; ++n) score += attention.v.at({n}) * std::tanh(q.at({b, i, n}) + k.at({b, j, n}));
        e.push_back(mask.hidden[b * Tk + j] ? 0 : std::exp(score));
        total += e.back();
      }
      for (Index j = 0; j < Tk; ++j) weights.set({b, i, j}, e[j] / total);
      for (Index n = 0; n < dv; ++n) {
        double mix = 0;
        for (Index j = 0; j < Tk; ++j) mix += e[j] / total * value.at({b, j, n});
        output.set({b, i, n}, mix);
      }
    }
  CHECK(largest_difference(seen.weights, weights) < rounding);
  CHECK(largest_difference(seen.output, output) < rounding);
}

TEST_CASE("AdditiveAttention: equal keys share equally; a single query; masks of two and three axes") {
  Rng rng(2);
  nn::AdditiveAttention attention(3, 4, 5, rng);
  CHECK(names(attention) == "v (5,), W1.weight (5, 3), W2.weight (5, 4)");
  Tensor query = randn({2, 3, 3}, rng), key = randn({2, 4, 4}, rng), value = randn({2, 4, 6}, rng);
  CHECK(largest_difference(attention(query, ones({2, 4, 4}), value).weights, full({2, 3, 4}, 0.25)) < rounding);
  check_rows_sum_to_one(attention(query, key, value).weights);

  Mask padding = padding_mask({2, 3}, 4);
  Attended all = attention(query, key, value, padding), one = attention(select(query, 1, 1), key, value, padding);
  CHECK(one.output.shape() == Shape{2, 6});
  CHECK(one.weights.shape() == Shape{2, 4});
  CHECK(largest_difference(one.output, select(all.output, 1, 1)) < rounding);
  CHECK(largest_difference(one.weights, select(all.weights, 1, 1)) < rounding);
  CHECK(all.weights.at({0, 0, 1}) > 0);
  CHECK(all.weights.at({0, 0, 2}) == 0);
  CHECK(largest_difference(attention(query, key, value, padding.reshaped({2, 1, 4})).output, all.output) == 0);

  Attended none = attention(query, key, value, padding_mask({0, 4}, 4));
  CHECK(largest_difference(select(none.output, 0, 0), zeros({3, 6})) == 0);
  CHECK(largest_difference(select(none.weights, 0, 0), zeros({3, 4})) == 0);
  check_rows_sum_to_one(select(none.weights, 0, 1));
}

TEST_CASE("AdditiveAttention: gradients, also with a row that sees nothing") {
  Rng rng(3);
  nn::AdditiveAttention attention(2, 3, 4, rng, true);
  randomise(attention, rng);
  Tensor query = randn({2, 2, 2}, rng), key = randn({2, 3, 3}, rng), value = randn({2, 3, 2}, rng);
  std::vector<Tensor> inputs = with_parameters({query, key, value}, attention);
  for (const Mask& mask : {Mask(), padding_mask({2, 0}, 3)})
    check_gradient([&](const auto&) { return in_a_row(attention(query, key, value, mask)); }, inputs);
}

TEST_CASE("AdditiveAttention: what cannot be") {
  Rng rng(4);
  CHECK_THROWS_AS(nn::AdditiveAttention(0, 4, 5, rng), Error);
  CHECK_THROWS_AS(nn::AdditiveAttention(3, 4, 0, rng), Error);
  nn::AdditiveAttention attention(3, 4, 5, rng);
  Tensor query = ones({2, 3, 3}), key = ones({2, 6, 4}), value = ones({2, 6, 1});
  CHECK_THROWS_WITH_AS(attention(query, query, value),
                       "AdditiveAttention: query (2, 3, 3), key (2, 3, 3), value (2, 6, 1): must be (B, Tq, 3), (B, Tk, 4), (B, Tk, dv)",
                       Error);
  CHECK_THROWS_AS(attention(query, key, ones({2, 5, 1})), Error);
  CHECK_THROWS_AS(attention(ones({1, 3, 3}), key, value), Error);
  CHECK_THROWS_WITH_AS(attention(query, key, value, Mask({3, 6}, std::vector<std::uint8_t>(18))),
                       "AdditiveAttention: mask (3, 6): must be (2, 6), (B, Tk), or have three axes and broadcast to (2, 3, 6)", Error);
}

TEST_CASE("MultiheadAttention: names, and starting values") {
  Rng rng(1);
  nn::MultiheadAttention attention(6, 2, rng);
  CHECK(names(attention) == "in_proj_weight (18, 6), in_proj_bias (18,), out_proj.weight (6, 6), out_proj.bias (6,)");
  CHECK(largest_difference(attention.in_proj_weight, zeros({18, 6})) <= std::sqrt(6.0 / 24));
  CHECK(largest_difference(attention.in_proj_bias, zeros({18})) == 0);
  CHECK(largest_difference(attention.out_proj.bias, zeros({6})) == 0);

  nn::MultiheadAttentionOptions options;
  options.vdim = 4;
  options.bias = false;
  CHECK(names(nn::MultiheadAttention(6, 2, rng, options)) ==
        "q_proj_weight (6, 6), k_proj_weight (6, 6), v_proj_weight (6, 4), out_proj.weight (6, 6)");
}

TEST_CASE("MultiheadAttention: h heads are h single heads with the same weights") {
  Rng rng(2);
  const Index E = 6, heads = 3, d = E / heads, L = 4, S = 5;
  nn::MultiheadAttention attention(E, heads, rng);
  randomise(attention, rng);
  Tensor query = randn({2, L, E}, rng), key = randn({2, S, E}, rng), value = randn({2, S, E}, rng);
  std::vector<Tensor> W = chunk(attention.in_proj_weight, 3, 0), b = chunk(attention.in_proj_bias, 3, 0);
  std::vector<Tensor> contexts, weights;
  for (Index h = 0; h < heads; ++h) {
    auto project = [&](const Tensor& x, std::size_t n) {
      return linear(x, slice(W[n], 0, h * d, (h + 1) * d), slice(b[n], 0, h * d, (h + 1) * d));
    };
    Attended head = scaled_dot_product_attention(project(query, 0), project(key, 1), project(value, 2));
    contexts.push_back(head.output);
    weights.push_back(head.weights);
  }
  Attended seen = attention(query, key, value, per_head());
  CHECK(largest_difference(seen.output, attention.out_proj(concat(contexts, 2))) < rounding);
  CHECK(largest_difference(seen.weights, stack(weights, 1)) < rounding);
  CHECK(largest_difference(attention(query, key, value).weights, mean(stack(weights, 1), 1)) < rounding);
}

TEST_CASE("MultiheadAttention: one head by hand") {
  Rng rng(3);
  nn::MultiheadAttention attention(1, 1, rng);
  attention.load({{"in_proj_weight", tensor({{2}, {3}, {5}})},
                  {"in_proj_bias", tensor({0, 1, 0})},
                  {"out_proj.weight", tensor({{-1}})},
                  {"out_proj.bias", tensor({10})}});
  // x = 1, 0: q = 2, 0; k = 4, 1; v = 5, 0. Scores of the first 8, 2; of the second 0, 0.
  const double alpha = 1 / (1 + std::exp(2.0 - 8));
  Attended seen = attention(tensor({{{1}, {0}}}));
  CHECK(largest_difference(seen.weights, tensor({{{alpha, 1 - alpha}, {0.5, 0.5}}})) < rounding);
  CHECK(largest_difference(seen.output, tensor({{{10 - 5 * alpha}, {7.5}}})) < rounding);
}

TEST_CASE("MultiheadAttention: self-attention is attention to itself; batch_first exchanges axes only") {
  Rng rng(4);
  nn::MultiheadAttention attention(6, 2, rng);
  randomise(attention, rng);
  Tensor x = randn({3, 5, 6}, rng), memory = randn({3, 4, 6}, rng);
  CHECK(largest_difference(attention(x).output, attention(x, x.clone(), x.clone()).output) < rounding);
  Tensor value = randn({3, 5, 6}, rng);
  CHECK(largest_difference(attention(x, x, value).output, attention(x, x.clone(), value).output) < rounding);

  nn::MultiheadAttentionOptions options;
  options.batch_first = false;
  nn::MultiheadAttention time_first(6, 2, rng, options);
  time_first.load(attention.named_parameters());
  Tensor turned = transpose(x, 0, 1), turned_memory = transpose(memory, 0, 1);
  nn::MultiheadMasks masks;
  masks.key_padding = padding_mask({2, 4, 1}, 4);
  Attended expected = attention(x, memory, memory, masks), seen = time_first(turned, turned_memory, turned_memory, masks);
  CHECK(seen.output.shape() == Shape{5, 3, 6});
  CHECK(largest_difference(transpose(seen.output, 0, 1), expected.output) < rounding);
  CHECK(largest_difference(seen.weights, expected.weights) < rounding);
  CHECK(largest_difference(transpose(time_first(turned).output, 0, 1), attention(x).output) < rounding);
}

TEST_CASE("MultiheadAttention: weights are shares; equal keys get equal ones") {
  Rng rng(5);
  nn::MultiheadAttention attention(6, 2, rng);
  randomise(attention, rng);
  Tensor query = randn({2, 3, 6}, rng);
  Attended seen = attention(query, ones({2, 4, 6}), randn({2, 4, 6}, rng), per_head());
  CHECK(largest_difference(seen.weights, full({2, 2, 3, 4}, 0.25)) < rounding);
  check_rows_sum_to_one(attention(query).weights);
  check_rows_sum_to_one(attention(query, per_head(causal_mask(3, 3))).weights);

  nn::MultiheadMasks unseen;
  unseen.need_weights = false;
  CHECK_FALSE(attention(query, unseen).weights.defined());
}

TEST_CASE("MultiheadAttention: the order of the inputs is the order of the outputs") {
  Rng rng(6);
  nn::MultiheadAttention attention(6, 3, rng);
  randomise(attention, rng);
  Tensor x = randn({2, 4, 6}, rng);
  const std::vector<Index> order{2, 0, 3, 1};
  CHECK(largest_difference(attention(reordered(x, order)).output, reordered(attention(x).output, order)) < rounding);
}

TEST_CASE("MultiheadAttention: with a causal mask the future changes nothing, to the last bit") {
  Rng rng(7);
  nn::MultiheadAttention attention(8, 2, rng);
  randomise(attention, rng);
  Tensor x = randn({2, 6, 8}, rng);
  const nn::MultiheadMasks causal = per_head(causal_mask(6, 6));
  Attended before = attention(x, causal);
  for (Index t = 1; t < 6; ++t) {
    Tensor changed = x.clone();
    for (Index n = 0; n < 8; ++n) changed.set({1, t, n}, rng.normal(0, 10));
    Attended after = attention(changed, causal);
    CHECK(largest_difference(slice(before.output, 1, 0, t), slice(after.output, 1, 0, t)) == 0);
    CHECK(largest_difference(slice(before.weights, 2, 0, t), slice(after.weights, 2, 0, t)) == 0);
    CHECK(largest_difference(slice(before.output, 1, t, 6), slice(after.output, 1, t, 6)) > 0.01);
  }
}

TEST_CASE("MultiheadAttention: masks combine; a query that sees nothing gives out_proj.bias") {
  Rng rng(8);
  nn::MultiheadAttention attention(6, 2, rng);
  randomise(attention, rng);
  Tensor x = randn({2, 3, 6}, rng);
  nn::MultiheadMasks masks;
  masks.key_padding = {{0, 1, 0}, {1, 0, 0}};
  masks.attn = causal_mask(3, 3);
  Attended seen = attention(x, masks);
  const Mask hidden = Mask({{{0, 1, 1}, {0, 1, 1}, {0, 1, 0}}, {{1, 1, 1}, {1, 0, 1}, {1, 0, 0}}});
  for (Index i = 0; i < seen.weights.size(); ++i) CHECK((seen.weights.data()[i] == 0) == (hidden.hidden[i] == 1));
  CHECK(largest_difference(reshape(slice(slice(seen.output, 0, 1, 2), 1, 0, 1), {6}), attention.out_proj.bias) == 0);

  Mask each_batch = hidden.reshaped({2, 1, 3, 3});
  CHECK(largest_difference(attention(x, per_head(each_batch)).output, seen.output) == 0);
  Mask each_head = Mask({2, 3, 3}, std::vector<std::uint8_t>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0});
  Tensor heads = attention(x, per_head(each_head)).weights;
  CHECK(heads.at({0, 0, 0, 1}) > 0);
  CHECK(heads.at({0, 1, 0, 1}) == 0);
}

TEST_CASE("MultiheadAttention: gradients, of self- and cross-attention, masked") {
  Rng rng(9);
  nn::MultiheadMasks masks = per_head(causal_mask(3, 3));
  masks.key_padding = {{0, 0, 1}, {1, 0, 0}};  // in the second sequence the first query sees nothing
  nn::MultiheadAttention attention(4, 2, rng);
  randomise(attention, rng);
  Tensor x = randn({2, 3, 4}, rng);
  check_gradient([&](const auto&) { return in_a_row(attention(x, masks)); }, with_parameters({x}, attention));

  nn::MultiheadAttentionOptions options;
  options.kdim = 3;
  options.vdim = 5;
  nn::MultiheadAttention cross(4, 2, rng, options);
  randomise(cross, rng);
  Tensor key = randn({2, 3, 3}, rng), value = randn({2, 3, 5}, rng);
  check_gradient([&](const auto&) { return in_a_row(cross(x, key, value, masks)); }, with_parameters({x, key, value}, cross));
}

TEST_CASE("MultiheadAttention: dropout takes weights away while training, and gives back those that are left") {
  const double p = 0.25;
  Rng rng(11), dropping(12);
  nn::MultiheadAttentionOptions options;
  options.dropout = p;
  nn::MultiheadAttention plain(6, 2, rng), attention(6, 2, dropping, options);
  randomise(plain, rng);
  attention.load(plain.named_parameters());
  Tensor x = randn({8, 10, 6}, rng);
  Attended whole = plain(x, per_head()), seen = attention(x, per_head());
  Index dropped = 0;
  for (Index i = 0; i < seen.weights.size(); ++i) {
    dropped += seen.weights.data()[i] == 0;
    if (seen.weights.data()[i] != 0) CHECK(seen.weights.data()[i] == doctest::Approx(whole.weights.data()[i] / (1 - p)));
  }
  CHECK(static_cast<double>(dropped) / static_cast<double>(seen.weights.size()) == doctest::Approx(p).epsilon(0.15));

  Tensor v = chunk(linear(x, plain.in_proj_weight, plain.in_proj_bias), 3, 2)[2];         // (8, 10, 6)
  Tensor mixed = matmul(seen.weights, permute(reshape(v, {8, 10, 2, 3}), {0, 2, 1, 3}));  // (8, 2, 10, 3)
  CHECK(largest_difference(seen.output, plain.out_proj(reshape(permute(mixed, {0, 2, 1, 3}), {8, 10, 6}))) < rounding);

  nn::MultiheadMasks unseen;
  unseen.need_weights = false;
  dropping = Rng(13);
  Tensor with_weights = attention(x).output;
  dropping = Rng(13);
  CHECK(largest_difference(attention(x, unseen).output, with_weights) == 0);
  CHECK_FALSE(attention(x, unseen).weights.defined());

  EvalMode evaluating;
  CHECK(largest_difference(attention(x, unseen).output, plain(x, unseen).output) == 0);
  CHECK(largest_difference(attention(x, per_head()).weights, whole.weights) == 0);
}

TEST_CASE("MultiheadAttention: gradients through dropout") {
  Rng rng(14), dropping(15);
  nn::MultiheadAttentionOptions options;
  options.dropout = 0.4;
  nn::MultiheadAttention attention(4, 2, dropping, options);
  randomise(attention, rng);
  Tensor x = randn({2, 3, 4}, rng);
  auto same_draw = [&](const auto&) {
    dropping = Rng(16);
    return in_a_row(attention(x));
  };
  check_gradient(same_draw, with_parameters({x}, attention));
}

TEST_CASE("MultiheadAttention: what cannot be") {
  Rng rng(10);
  CHECK_THROWS_WITH_AS(nn::MultiheadAttention(10, 4, rng), "MultiheadAttention: embed_dim 10 is not a multiple of num_heads 4", Error);
  CHECK_THROWS_WITH_AS(nn::MultiheadAttention(10, 0, rng), "MultiheadAttention: embed_dim 10, num_heads 0: must be at least 1", Error);
  nn::MultiheadAttentionOptions negative;
  negative.kdim = -1;
  CHECK_THROWS_WITH_AS(nn::MultiheadAttention(10, 2, rng, negative), "MultiheadAttention: kdim -1, vdim 0: must not be negative", Error);

  nn::MultiheadAttention attention(6, 2, rng);
  Tensor x = ones({2, 3, 6});
  CHECK_THROWS_WITH_AS(attention(x, ones({2, 4, 6}), ones({2, 5, 6})),
                       "MultiheadAttention: query (2, 3, 6), key (2, 4, 6), value (2, 5, 6): must be (B, L, 6), (B, S, 6), (B, S, 6)",
                       Error);
  CHECK_THROWS_AS(attention(ones({2, 3, 5})), Error);
  CHECK_THROWS_AS(attention(ones({3, 6})), Error);
  CHECK_THROWS_AS(attention(x, ones({1, 4, 6}), ones({1, 4, 6})), Error);

  nn::MultiheadMasks masks;
  masks.key_padding = padding_mask({1, 2, 3}, 3);
  CHECK_THROWS_WITH_AS(attention(x, masks), "MultiheadAttention: key_padding mask (3, 3): must be (2, 3), (B, S)", Error);
  masks = {};
  masks.attn = causal_mask(3, 4);
  CHECK_THROWS_AS(attention(x, masks), Error);
  masks.attn = Mask({3, 1, 1, 3, 3}, std::vector<std::uint8_t>(27));
  CHECK_THROWS_WITH_AS(attention(x, masks),
                       "MultiheadAttention: attn mask (3, 1, 1, 3, 3): must broadcast to (2, 2, 3, 3), (B, heads, L, S)", Error);
}
