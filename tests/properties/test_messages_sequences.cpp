#include "messages.h"

#include <qkv/ops/attention.h>
#include <qkv/ops/recurrent.h>

using namespace qkv;

namespace {

Attended attend(const Tensor& q, const Tensor& k, const Tensor& v, const Mask& mask = {}, const Tensor& bias = Tensor()) {
  AttentionOptions options;
  options.mask = mask;
  options.bias = bias;
  return scaled_dot_product_attention(q, k, v, options);
}

/// From 2 numbers to 4 hidden ones.
CellWeights cell(Index gates) { return {zeros({gates * 4, 2}), zeros({gates * 4, 4}), Tensor(), Tensor()}; }

Attended scaled(double scale, bool need_weights = true) {
  AttentionOptions options;
  options.scale = scale;
  options.need_weights = need_weights;
  return scaled_dot_product_attention(zeros({2, 3}), zeros({2, 3}), zeros({2, 3}), options);
}

/// Queries, keys and values of one sequence of two, in two heads of two.
Tensor heads(const AttentionOptions& options) {
  return multi_head_attention(zeros({1, 2, 4}), zeros({1, 2, 4}), zeros({1, 2, 4}), 2, options);
}
Tensor packed(const AttentionOptions& options) { return multi_head_attention(zeros({1, 2, 12}), 2, options); }
AttentionOptions with_mask(const Mask& mask) {
  AttentionOptions options;
  options.mask = mask;
  return options;
}
AttentionOptions with_bias() {
  AttentionOptions options;
  options.bias = zeros({2, 2});
  return options;
}
AttentionOptions with_scale(double scale) {
  AttentionOptions options;
  options.scale = scale;
  return options;
}

/// `cell` with another bias.
CellWeights biased(Index gates, const Tensor& bias_ih, const Tensor& bias_hh) {
  return {cell(gates).weight_ih, cell(gates).weight_hh, bias_ih, bias_hh};
}

}  // namespace

// A row is a call, and what is said of it.
// clang-format off

TEST_CASE("messages: scaled_dot_product_attention") {
  check_messages({
      {[] { attend(zeros({2, 3}), zeros({2, 4}), zeros({2, 3})); },
       "scaled_dot_product_attention: q (2, 3), k (2, 4): the widths 3 and 4 differ"},
      {[] { attend(zeros({2, 3}), zeros({4, 3}), zeros({5, 3})); },
       "scaled_dot_product_attention: 4 keys but 5 values (k (4, 3), v (5, 3))"},
      {[] { attend(zeros({3}), zeros({4, 3}), zeros({4, 3})); },
       "scaled_dot_product_attention: q (3,), k (4, 3), v (4, 3): must be (..., T, d) with equally many axes"},
      {[] { attend(zeros({2, 2, 3}), zeros({3, 4, 3}), zeros({3, 4, 3})); },
       "scaled_dot_product_attention: q (2, 2, 3), k (3, 4, 3), v (3, 4, 3): leading sizes 2 and 3 differ, and neither is 1"},
      {[] { attend(zeros({2, 3}), zeros({4, 3}), zeros({4, 3}), Mask({0, 1})); },
       "scaled_dot_product_attention: mask (2,) for scores (2, 4): must broadcast to (..., queries, keys)"},
      {[] { attend(zeros({2, 3}), zeros({4, 3}), zeros({4, 3}), {}, zeros({3})); },
       "scaled_dot_product_attention: bias: (2, 4) with (3,): sizes 4 and 3 do not match; counted from the last axis they must be "
       "equal or 1"},
      {[] { attend(zeros({2, 3}), zeros({4, 3}), zeros({4, 3}), {}, zeros({2, 2, 4})); },
       "scaled_dot_product_attention: bias (2, 2, 4) for scores (2, 4): must broadcast to them"},
      {[] { attend(Tensor(), zeros({4, 3}), zeros({4, 3})); }, "tensor: this handle is empty: it was never given a value"},
      {[] { attend(zeros({2, 0}), zeros({4, 0}), zeros({4, 3})); },
       "scaled_dot_product_attention: q (2, 0): rows of no numbers have no scores"},
      {[] { scaled(not_a_number); }, "scaled_dot_product_attention: scale nan: must be finite; 0 stands for 1 / sqrt(d)"},
      {[] { scaled(inf); }, "scaled_dot_product_attention: scale inf: must be finite; 0 stands for 1 / sqrt(d)"},
      {[] { scaled(not_a_number, false); }, "scaled_dot_product_attention: scale nan: must be finite; 0 stands for 1 / sqrt(d)"},
      {[] { attend(zeros({2, 2, 3}), zeros({1, 4, 3}), zeros({5, 4, 3})); },
       "scaled_dot_product_attention: q (2, 2, 3), k (1, 4, 3), v (5, 4, 3): leading sizes 2 and 5 differ, and neither is 1"},
      {[] { attend(zeros({1, 2, 3}), zeros({2, 4, 3}), zeros({2, 4, 3}), Mask(Shape{3, 2, 4}, std::vector<std::uint8_t>(24))); },
       "scaled_dot_product_attention: mask (3, 2, 4) for scores (2, 2, 4): must broadcast to (..., queries, keys)"},
      {[] { attend(zeros({2, 3}), zeros({2, 3}), zeros({2, 3}), torn_mask({2, 2})); },
       "scaled_dot_product_attention: mask of shape (2, 2) with 1 marks: must be as many as the shape holds"},
      {[] { attend(zeros({2, 3}), zeros({4, 3}), Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: multi_head_attention") {
  check_messages({
      {[] { multi_head_attention(zeros({1, 2, 4}), zeros({1, 3, 4}), zeros({1, 4, 4}), 2); },
       "multi_head_attention: q (1, 2, 4), k (1, 3, 4), v (1, 4, 4): must be (B, queries, heads d), (B, keys, heads d), (B, keys, "
       "heads dv)"},
      {[] { multi_head_attention(zeros({1, 2, 4}), zeros({1, 3, 4}), zeros({1, 3, 4}), 3); },
       "multi_head_attention: q (1, 2, 4), k (1, 3, 4), v (1, 3, 4) in 3 heads: widths of q and k must be equal, and all a multiple of "
       "the heads"},
      {[] { multi_head_attention(zeros({2, 4}), zeros({3, 4}), zeros({3, 4}), 2); },
       "multi_head_attention: q (2, 4), k (3, 4), v (3, 4): must be (B, queries, heads d), (B, keys, heads d), (B, keys, heads dv)"},
      {[] { multi_head_attention(zeros({1, 2, 4}), zeros({1, 3, 4}), zeros({1, 3, 4}), 0); },
       "multi_head_attention: q (1, 2, 4), k (1, 3, 4), v (1, 3, 4) in 0 heads: widths of q and k must be equal, and all a multiple of "
       "the heads"},
      {[] { multi_head_attention(zeros({1, 2, 13}), 2); }, "multi_head_attention: qkv (1, 2, 13) in 2 heads: must be (B, T, 3 heads d)"},
      {[] { multi_head_attention(zeros({2, 12}), 2); }, "multi_head_attention: qkv (2, 12) in 2 heads: must be (B, T, 3 heads d)"},
      {[] { multi_head_attention(zeros({1, 2, 12}), -1); }, "multi_head_attention: qkv (1, 2, 12) in -1 heads: must be (B, T, 3 heads d)"},
      {[] { multi_head_attention(zeros({1, 2, 4}), zeros({1, 3, 6}), zeros({1, 3, 4}), 2); },
       "multi_head_attention: q (1, 2, 4), k (1, 3, 6), v (1, 3, 4) in 2 heads: widths of q and k must be equal, and all a multiple of "
       "the heads"},
      {[] { multi_head_attention(zeros({1, 2, 0}), zeros({1, 3, 0}), zeros({1, 3, 4}), 2); },
       "multi_head_attention: q (1, 2, 0): rows of no numbers have no scores"},
      {[] { multi_head_attention(zeros({2, 2, 4}), zeros({1, 3, 4}), zeros({1, 3, 4}), 2); },
       "multi_head_attention: q (2, 2, 4), k (1, 3, 4), v (1, 3, 4): must be (B, queries, heads d), (B, keys, heads d), (B, keys, heads "
       "dv)"},
      {[] { heads(with_mask({0, 1, 0})); },
       "multi_head_attention: mask (3,) for scores (1, 2, 2, 2): must broadcast to (..., queries, keys)"},
      {[] { heads(with_mask(torn_mask({2, 2}))); },
       "multi_head_attention: mask of shape (2, 2) with 1 marks: must be as many as the shape holds"},
      {[] { heads(with_bias()); }, "multi_head_attention: the fused operation takes no bias; use scaled_dot_product_attention"},
      {[] { heads(with_scale(not_a_number)); }, "multi_head_attention: scale nan: must be finite; 0 stands for 1 / sqrt(d)"},
      {[] { multi_head_attention(Tensor(), zeros({1, 3, 4}), zeros({1, 3, 4}), 2); },
       "tensor: this handle is empty: it was never given a value"},
      {[] { multi_head_attention(zeros({1, 2, 0}), 2); }, "multi_head_attention: qkv (1, 2, 0) in 2 heads: must be (B, T, 3 heads d)"},
      {[] { multi_head_attention(zeros({1, 2, 12}), Index{1} << 62); },
       "multi_head_attention: qkv (1, 2, 12) in 4611686018427387904 heads: must be (B, T, 3 heads d)"},
      {[] { packed(with_mask({0, 1, 0})); },
       "multi_head_attention: mask (3,) for scores (1, 2, 2, 2): must broadcast to (..., queries, keys)"},
      {[] { packed(with_bias()); }, "multi_head_attention: the fused operation takes no bias; use scaled_dot_product_attention"},
      {[] { packed(with_scale(inf)); }, "multi_head_attention: scale inf: must be finite; 0 stands for 1 / sqrt(d)"},
      {[] { multi_head_attention(Tensor(), 2); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: additive_attention") {
  check_messages({
      {[] { additive_attention(zeros({1, 2, 3}), zeros({1, 4, 5}), zeros({3}), zeros({1, 4, 2})); },
       "additive_scores: q (1, 2, 3), k (1, 4, 5): must be (B, queries, h) and (B, keys, h)"},
      {[] { additive_attention(zeros({1, 2, 3}), zeros({1, 4, 3}), zeros({4}), zeros({1, 4, 2})); },
       "additive_scores: v (4,): must be (3,)"},
      {[] { additive_attention(zeros({1, 2, 3}), zeros({1, 4, 3}), zeros({3}), zeros({1, 5, 2})); },
       "additive_attention: values (1, 5, 2) for keys (1, 4, 3): must be (B, keys, dv)"},
      {[] { additive_attention(zeros({2, 3}), zeros({4, 3}), zeros({3}), zeros({4, 2})); },
       "additive_scores: q (2, 3), k (4, 3): must be (B, queries, h) and (B, keys, h)"},
      {[] { additive_attention(zeros({1, 2, 3}), zeros({1, 4, 3}), zeros({3}), zeros({1, 4, 2}), {0, 1, 0}); },
       "additive_attention: mask (3,) for scores (1, 2, 4): must broadcast to (..., queries, keys)"},
      {[] { additive_attention(zeros({1, 2, 3}), zeros({1, 4, 3}), zeros({3}), zeros({1, 4, 2}), torn_mask({2, 4})); },
       "additive_attention: mask of shape (2, 4) with 1 marks: must be as many as the shape holds"},
      {[] { additive_attention(zeros({1, 2, 3}), zeros({1, 4, 3}), zeros({3}), Tensor()); },
       "tensor: this handle is empty: it was never given a value"},
      {[] { additive_scores(zeros({2, 2, 3}), zeros({1, 4, 3}), zeros({3})); },
       "additive_scores: q (2, 2, 3), k (1, 4, 3): must be (B, queries, h) and (B, keys, h)"},
      {[] { additive_scores(zeros({1, 2, 3}), zeros({1, 4, 3}), zeros({1, 3})); }, "additive_scores: v (1, 3): must be (3,)"},
      {[] { additive_scores(zeros({2, 3}), zeros({4, 3}), zeros({3})); },
       "additive_scores: q (2, 3), k (4, 3): must be (B, queries, h) and (B, keys, h)"},
      {[] { additive_scores(zeros({1, 2, 3}), Tensor(), zeros({3})); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: CellWeights::copy_from") {
  check_messages({
      {[] { cell(1).copy_from(cell(4)); }, "copy_from: weight_ih (16, 2) into (4, 2): must be the same"},
      {[] { cell(1).copy_from({zeros({4, 2}), zeros({4, 5}), Tensor(), Tensor()}); }, "copy_from: weight_hh (4, 5) into (4, 4): must be the same"},
      {[] { cell(1).copy_from(CellWeights()); }, "copy_from: weight_ih: none to copy: both cells need it, or neither"},
      {[] { cell(1).copy_from(biased(1, zeros({4}), zeros({4}))); }, "copy_from: bias_ih: none here: both cells need it, or neither"},
      {[] { biased(1, zeros({4}), zeros({4})).copy_from(biased(1, zeros({4}), zeros({5}))); }, "copy_from: bias_hh (5,) into (4,): must be the same"},
  });
}

TEST_CASE("messages: rnn, lstm, gru") {
  check_messages({
      {[] { rnn(zeros({2, 3}), zeros({3, 4}), cell(1)); }, "rnn: x (2, 3): must be (T, B, in)"},
      {[] { rnn(zeros({2, 3, 5}), zeros({3, 6}), cell(1)); }, "rnn: weight_ih (4, 2) for x (2, 3, 5) and h = 4: must be (4, 5)"},
      {[] { rnn(zeros({2, 3, 2}), zeros({2, 4}), cell(1)); }, "rnn: initial state (2, 4) for x (2, 3, 2): must be (3, 4)"},
      {[] { rnn(zeros({2, 3, 2}), zeros({3, 4}), cell(4)); }, "rnn: weight_hh (16, 4): must be (1 h, h)"},
      {[] { lstm(zeros({2, 3, 2}), zeros({3, 4}), zeros({3, 5}), cell(4)); }, "lstm: initial state (3, 5) for x (2, 3, 2): must be (3, 4)"},
      {[] { lstm(zeros({2, 3, 2}), zeros({3, 4}), zeros({3, 4}), cell(3)); }, "lstm: weight_hh (12, 4): must be (4 h, h)"},
      {[] { lstm(Tensor(), zeros({3, 4}), zeros({3, 4}), cell(4)); }, "tensor: this handle is empty: it was never given a value"},
      {[] { gru(zeros({2, 3, 2}), zeros({4}), cell(3)); }, "gru: initial state (4,) for x (2, 3, 2): must be (3, 4)"},
      {[] { gru(zeros({2, 3, 2}), zeros({3, 4}), cell(1)); }, "gru: weight_hh (4, 4): must be (3 h, h)"},
      {[] { gru(zeros({2, 3, 2}), zeros({3, 4}), CellWeights()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { rnn(zeros({0, 3, 2}), zeros({3, 4}), cell(1)); }, "rnn: x (0, 3, 2) has no steps"},
      {[] { rnn(zeros({2, 3, 2}), zeros({3, 4}), biased(1, zeros({4}), Tensor())); },
       "rnn: bias_ih without bias_hh: needs both or neither"},
      {[] { rnn(zeros({2, 3, 2}), zeros({3, 4}), biased(1, zeros({4}), zeros({5}))); }, "rnn: bias (5,): must be (4,)"},
      {[] { lstm(zeros({2, 3, 2}), zeros({2, 4}), zeros({3, 4}), cell(4)); }, "lstm: initial state (2, 4) for x (2, 3, 2): must be (3, 4)"},
      {[] { lstm(zeros({2, 3, 2}), zeros({3, 4}), zeros({3, 4}), biased(4, Tensor(), zeros({16}))); },
       "lstm: bias_hh without bias_ih: needs both or neither"},
      {[] { lstm(zeros({2, 3, 5}), zeros({3, 4}), zeros({3, 4}), cell(4)); },
       "lstm: weight_ih (16, 2) for x (2, 3, 5) and h = 4: must be (16, 5)"},
      {[] { gru(zeros({3, 2}), zeros({3, 4}), cell(3)); }, "gru: x (3, 2): must be (T, B, in)"},
      {[] { gru(zeros({2, 3, 2}), zeros({3, 4}), biased(3, zeros({12}), zeros({3, 4}))); }, "gru: bias (3, 4): must be (12,)"},
      {[] { gru(zeros({0, 3, 2}), zeros({3, 4}), cell(3)); }, "gru: x (0, 3, 2) has no steps"},
  });
}
