#include "messages.h"

#include <qkv/nn/transformer.h>

using namespace qkv;

namespace {

nn::AdditiveAttention additive() { return nn::AdditiveAttention(2, 3, 4, rng()); }
nn::MultiheadAttention multihead() { return nn::MultiheadAttention(4, 2, rng()); }
nn::Transformer transformer() { return nn::Transformer(4, 2, 1, 1, 8, rng()); }

nn::MultiheadAttention widths(Index kdim, Index vdim) {
  nn::MultiheadAttentionOptions options;
  options.kdim = kdim;
  options.vdim = vdim;
  return nn::MultiheadAttention(4, 2, rng(), options);
}

nn::MultiheadAttention losing(double p) {
  nn::MultiheadAttentionOptions options;
  options.dropout = p;
  return nn::MultiheadAttention(4, 2, rng(), options);
}

nn::TransformerOptions dropping(double p) {
  nn::TransformerOptions options;
  options.dropout = p;
  return options;
}
nn::TransformerOptions with_eps(double eps) {
  nn::TransformerOptions options;
  options.eps = eps;
  return options;
}

nn::TransformerMasks masks(const Mask& src_key_padding, const Mask& tgt = {}, const Mask& tgt_key_padding = {},
                           const Mask& memory_key_padding = {}, const Mask& src = {}, const Mask& memory = {}) {
  return {src_key_padding, tgt, tgt_key_padding, memory_key_padding, src, memory};
}

nn::MultiheadMasks padded(const Mask& mask) {
  nn::MultiheadMasks masks;
  masks.key_padding = mask;
  return masks;
}
nn::MultiheadMasks hidden(const Mask& mask) {
  nn::MultiheadMasks masks;
  masks.attn = mask;
  return masks;
}

}  // namespace

// A row is a call, and what is said of it.
// clang-format off

TEST_CASE("messages: AdditiveAttention") {
  check_messages({
      {[] { nn::AdditiveAttention(0, 2, 3, rng()); }, "AdditiveAttention: query_dim 0, key_dim 2, hidden 3: must be at least 1"},
      {[] { additive()(zeros({1, 2, 5}), zeros({1, 4, 3}), zeros({1, 4, 2})); },
       "AdditiveAttention: query (1, 2, 5), key (1, 4, 3), value (1, 4, 2): must be (B, Tq, 2), (B, Tk, 3), (B, Tk, dv)"},
      {[] { additive()(zeros({1, 2, 2}), zeros({2, 4, 3}), zeros({2, 4, 2})); },
       "AdditiveAttention: query (1, 2, 2), key (2, 4, 3), value (2, 4, 2): must be (B, Tq, 2), (B, Tk, 3), (B, Tk, dv)"},
      {[] { additive()(zeros({1, 2, 2}), zeros({1, 4, 3}), zeros({1, 5, 2})); },
       "AdditiveAttention: query (1, 2, 2), key (1, 4, 3), value (1, 5, 2): must be (B, Tq, 2), (B, Tk, 3), (B, Tk, dv)"},
      {[] { additive()(zeros({1, 2, 2}), zeros({1, 4, 3}), zeros({1, 4, 2}), {{0, 1, 0}}); },
       "AdditiveAttention: mask (1, 3): must be (1, 4), (B, Tk), or have three axes and broadcast to (1, 2, 4)"},
      {[] { nn::AdditiveAttention(2, -3, 4, rng()); }, "AdditiveAttention: query_dim 2, key_dim -3, hidden 4: must be at least 1"},
      {[] { nn::AdditiveAttention(2, 3, 0, rng()); }, "AdditiveAttention: query_dim 2, key_dim 3, hidden 0: must be at least 1"},
      {[] { additive()(zeros({1, 2, 2}), zeros({1, 4, 3}), zeros({1, 4, 2}), {{{0, 1}}}); },
       "AdditiveAttention: mask: (1, 1, 2) with (1, 2, 4): sizes 2 and 4 do not match; counted from the last axis they must be equal or 1"},
      {[] { additive()(zeros({1, 2}), zeros({1, 4, 3}), zeros({2, 4, 2})); },
       "AdditiveAttention: query (1, 1, 2), key (1, 4, 3), value (2, 4, 2): must be (B, Tq, 2), (B, Tk, 3), (B, Tk, dv)"},
      {[] { additive()(Tensor(), zeros({1, 4, 3}), zeros({1, 4, 2})); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: MultiheadAttention") {
  check_messages({
      {[] { nn::MultiheadAttention(10, 4, rng()); }, "MultiheadAttention: embed_dim 10 is not a multiple of num_heads 4"},
      {[] { nn::MultiheadAttention(0, 1, rng()); }, "MultiheadAttention: embed_dim 0, num_heads 1: must be at least 1"},
      {[] { nn::MultiheadAttention(4, 0, rng()); }, "MultiheadAttention: embed_dim 4, num_heads 0: must be at least 1"},
      {[] { multihead()(zeros({1, 3, 5})); },
       "MultiheadAttention: query (1, 3, 5), key (1, 3, 5), value (1, 3, 5): must be (B, L, 4), (B, S, 4), (B, S, 4)"},
      {[] { multihead()(zeros({3, 4})); },
       "MultiheadAttention: query (3, 4), key (3, 4), value (3, 4): must be (B, L, 4), (B, S, 4), (B, S, 4)"},
      {[] { multihead()(zeros({1, 3, 4}), zeros({1, 5, 4}), zeros({1, 6, 4})); },
       "MultiheadAttention: query (1, 3, 4), key (1, 5, 4), value (1, 6, 4): must be (B, L, 4), (B, S, 4), (B, S, 4)"},
      {[] { multihead()(zeros({1, 3, 4}), padded({{0, 1}})); }, "MultiheadAttention: key_padding mask (1, 2): must be (1, 3), (B, S)"},
      {[] { multihead()(zeros({1, 3, 4}), hidden({{0, 1}, {0, 0}})); },
       "MultiheadAttention: attn mask: (2, 2) with (1, 2, 3, 3): sizes 2 and 3 do not match; counted from the last axis they must be "
       "equal or 1"},
      {[] { multihead()(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { losing(1); }, "Dropout: p 1: must be at least 0 and below 1"},
      {[] { losing(not_a_number); }, "Dropout: p nan: must be at least 0 and below 1"},
      {[] { widths(-1, 4); }, "MultiheadAttention: kdim -1, vdim 4: must not be negative"},
      {[] { widths(4, -2); }, "MultiheadAttention: kdim 4, vdim -2: must not be negative"},
      {[] { widths(3, 5)(zeros({1, 3, 4}), zeros({1, 2, 4}), zeros({1, 2, 5})); },
       "MultiheadAttention: query (1, 3, 4), key (1, 2, 4), value (1, 2, 5): must be (B, L, 4), (B, S, 3), (B, S, 5)"},
      {[] { multihead()(zeros({1, 3, 4}), hidden({{{0}, {0}}, {{0}, {0}}})); },
       "MultiheadAttention: attn mask: (2, 2, 1) with (1, 2, 3, 3): sizes 2 and 3 do not match; counted from the last axis they must be "
       "equal or 1"},
      {[] { multihead()(zeros({1, 3, 4}), padded({0, 1, 0})); }, "MultiheadAttention: key_padding mask (3,): must be (1, 3), (B, S)"},
  });
}

TEST_CASE("messages: Transformer layers") {
  check_messages({
      {[] { nn::TransformerEncoderLayer(10, 4, 8, rng()); }, "MultiheadAttention: embed_dim 10 is not a multiple of num_heads 4"},
      {[] { nn::TransformerEncoderLayer(4, 2, 0, rng()); }, "Linear: 4 features in, 0 out: must be at least 1"},
      {[] { nn::TransformerEncoderLayer(4, 2, 8, rng())(zeros({1, 3, 5})); },
       "MultiheadAttention: query (1, 3, 5), key (1, 3, 5), value (1, 3, 5): must be (B, L, 4), (B, S, 4), (B, S, 4)"},
      {[] { nn::TransformerEncoderLayer(4, 2, 8, rng())(zeros({1, 3, 4}), padded({{0, 1}})); },
       "MultiheadAttention: key_padding mask (1, 2): must be (1, 3), (B, S)"},
      {[] { nn::TransformerDecoderLayer(4, 3, 8, rng()); }, "MultiheadAttention: embed_dim 4 is not a multiple of num_heads 3"},
      {[] { nn::TransformerDecoderLayer(4, 2, 8, rng())(zeros({1, 3, 4}), zeros({2, 3, 4})); },
       "MultiheadAttention: query (1, 3, 4), key (2, 3, 4), value (2, 3, 4): must be (B, L, 4), (B, S, 4), (B, S, 4)"},
      {[] { nn::TransformerDecoderLayer(4, 2, 8, rng())(zeros({1, 3, 4}), zeros({1, 3, 5})); },
       "MultiheadAttention: query (1, 3, 4), key (1, 3, 5), value (1, 3, 5): must be (B, L, 4), (B, S, 4), (B, S, 4)"},
      {[] { nn::TransformerDecoderLayer(4, 2, 8, rng())(zeros({3, 4}), zeros({1, 3, 4})); },
       "MultiheadAttention: query (3, 4), key (3, 4), value (3, 4): must be (B, L, 4), (B, S, 4), (B, S, 4)"},
      {[] { nn::TransformerEncoderLayer(0, 2, 8, rng()); }, "MultiheadAttention: embed_dim 0, num_heads 2: must be at least 1"},
      {[] { nn::TransformerEncoderLayer(4, 2, 8, rng(), dropping(1)); }, "Dropout: p 1: must be at least 0 and below 1"},
      {[] { nn::TransformerEncoderLayer(4, 2, 8, rng(), with_eps(-1)); }, "LayerNorm: eps -1: must be a finite number, not negative"},
      {[] { nn::TransformerEncoderLayer(4, 2, 8, rng())(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { nn::TransformerDecoderLayer(4, 2, -8, rng()); }, "Linear: 4 features in, -8 out: must be at least 1"},
      {[] { nn::TransformerDecoderLayer(4, 2, 8, rng(), dropping(not_a_number)); }, "Dropout: p nan: must be at least 0 and below 1"},
      {[] { nn::TransformerDecoderLayer(4, 2, 8, rng())(zeros({1, 3, 4}), zeros({1, 2, 4}), {}, padded({{0, 1, 1}})); },
       "MultiheadAttention: key_padding mask (1, 3): must be (1, 2), (B, S)"},
      {[] { nn::TransformerDecoderLayer(4, 2, 8, rng())(zeros({1, 3, 4}), Tensor()); },
       "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: Transformer") {
  check_messages({
      {[] { nn::Transformer(4, 2, -1, 1, 8, rng()); }, "Transformer: -1 encoder layers, 1 decoder layers: must not be negative"},
      {[] { nn::Transformer(4, 3, 1, 1, 8, rng()); }, "MultiheadAttention: embed_dim 4 is not a multiple of num_heads 3"},
      {[] { transformer()(zeros({1, 3, 5}), zeros({1, 2, 4})); },
       "MultiheadAttention: query (1, 3, 5), key (1, 3, 5), value (1, 3, 5): must be (B, L, 4), (B, S, 4), (B, S, 4)"},
      {[] { transformer()(zeros({1, 3, 4}), zeros({2, 2, 4})); },
       "MultiheadAttention: query (2, 2, 4), key (1, 3, 4), value (1, 3, 4): must be (B, L, 4), (B, S, 4), (B, S, 4)"},
      {[] { transformer()(zeros({1, 3, 4}), zeros({1, 2, 3})); },
       "MultiheadAttention: query (1, 2, 3), key (1, 2, 3), value (1, 2, 3): must be (B, L, 4), (B, S, 4), (B, S, 4)"},
      {[] { nn::Transformer(0, 2, 1, 1, 8, rng()); }, "MultiheadAttention: embed_dim 0, num_heads 2: must be at least 1"},
      {[] { nn::Transformer(0, 2, 0, 0, 8, rng()); }, "LayerNorm: normalized_shape (0,): must have axes, and none of them empty"},
      {[] { nn::Transformer(4, 2, 1, 1, 8, rng(), dropping(1)); }, "Dropout: p 1: must be at least 0 and below 1"},
      {[] { transformer()(zeros({1, 3, 4}), zeros({1, 2, 4}), masks({{0, 1}})); },
       "MultiheadAttention: key_padding mask (1, 2): must be (1, 3), (B, S)"},
      {[] { transformer()(zeros({1, 3, 4}), zeros({1, 2, 4}), masks({}, {{0, 1, 1}})); },
       "MultiheadAttention: attn mask: (1, 3) with (1, 2, 2, 2): sizes 3 and 2 do not match; counted from the last axis they must be "
       "equal or 1"},
      {[] { transformer()(zeros({1, 3, 4}), zeros({1, 2, 4}), masks({}, {}, {{0, 1, 1}})); },
       "MultiheadAttention: key_padding mask (1, 3): must be (1, 2), (B, S)"},
      {[] { transformer()(zeros({1, 3, 4}), zeros({1, 2, 4}), masks({}, {}, {}, {{0, 1}})); },
       "MultiheadAttention: key_padding mask (1, 2): must be (1, 3), (B, S)"},
      {[] { transformer()(zeros({1, 3, 4}), zeros({1, 2, 4}), masks({}, {}, {}, {}, {{0, 1}})); },
       "MultiheadAttention: attn mask: (1, 2) with (1, 2, 3, 3): sizes 2 and 3 do not match; counted from the last axis they must be "
       "equal or 1"},
      {[] { transformer()(zeros({1, 3, 4}), zeros({1, 2, 4}), masks({}, {}, {}, {}, {}, {{0, 1}})); },
       "MultiheadAttention: attn mask: (1, 2) with (1, 2, 2, 3): sizes 2 and 3 do not match; counted from the last axis they must be "
       "equal or 1"},
      {[] { transformer().encode(zeros({3, 4})); },
       "MultiheadAttention: query (3, 4), key (3, 4), value (3, 4): must be (B, L, 4), (B, S, 4), (B, S, 4)"},
      {[] { transformer().encode(zeros({1, 3, 4}), masks({0, 1, 0})); }, "MultiheadAttention: key_padding mask (3,): must be (1, 3), (B, S)"},
      {[] { transformer().encode(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { transformer().decode(zeros({2, 4}), zeros({1, 3, 4})); },
       "MultiheadAttention: query (2, 4), key (2, 4), value (2, 4): must be (B, L, 4), (B, S, 4), (B, S, 4)"},
      {[] { transformer().decode(zeros({1, 2, 4}), zeros({1, 3, 5})); },
       "MultiheadAttention: query (1, 2, 4), key (1, 3, 5), value (1, 3, 5): must be (B, L, 4), (B, S, 4), (B, S, 4)"},
      {[] { transformer().decode(zeros({1, 2, 4}), Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}
