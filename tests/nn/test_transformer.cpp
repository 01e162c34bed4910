#include "layers.h"

#include <qkv/nn/transformer.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/shape.h>
#include <qkv/ostream.h>
#include <qkv/tensor/error.h>

#include <sstream>

using namespace qkv;

namespace {

nn::TransformerOptions with(bool norm_first, nn::Activation activation = nn::Activation::relu) {
  nn::TransformerOptions options;
  options.norm_first = norm_first;
  options.activation = activation;
  return options;
}

nn::MultiheadMasks causal(Index length) {
  nn::MultiheadMasks masks;
  masks.attn = causal_mask(length, length);
  return masks;
}

}  // namespace

TEST_CASE("TransformerEncoderLayer: the composition of its parts, in both orders") {
  Rng rng(1);
  Tensor x = randn({2, 5, 6}, rng);
  for (bool norm_first : {false, true}) {
    nn::TransformerEncoderLayer layer(6, 2, 8, rng, with(norm_first, nn::Activation::gelu));
    randomise(layer, rng);
    auto feed = [&](const Tensor& h) { return layer.linear2(gelu(layer.linear1(h))); };
    Tensor expected;
    if (norm_first) {
      Tensor h = x + layer.self_attn(layer.norm1(x)).output;
      expected = h + feed(layer.norm2(h));
    } else {
      Tensor h = layer.norm1(x + layer.self_attn(x).output);
      expected = layer.norm2(h + feed(h));
    }
    CHECK(largest_difference(layer(x), expected) < rounding);
  }
}

TEST_CASE("TransformerDecoderLayer: the composition of its parts, in both orders") {
  Rng rng(2);
  Tensor x = randn({2, 4, 6}, rng), memory = randn({2, 5, 6}, rng);
  nn::MultiheadMasks memory_masks;
  memory_masks.key_padding = padding_mask({3, 5}, 5);
  for (bool norm_first : {false, true}) {
    nn::TransformerDecoderLayer layer(6, 2, 8, rng, with(norm_first));
    randomise(layer, rng);
    auto attend = [&](const Tensor& h) { return layer.self_attn(h, causal(4)).output; };
    auto cross = [&](const Tensor& h) { return layer.multihead_attn(h, memory, memory, memory_masks).output; };
    auto feed = [&](const Tensor& h) { return layer.linear2(relu(layer.linear1(h))); };
    Tensor expected;
    if (norm_first) {
      Tensor h = x + attend(layer.norm1(x));
      h = h + cross(layer.norm2(h));
      expected = h + feed(layer.norm3(h));
    } else {
      Tensor h = layer.norm1(x + attend(x));
      h = layer.norm2(h + cross(h));
      expected = layer.norm3(h + feed(h));
    }
    Tensor weights;
    CHECK(largest_difference(layer(x, memory, causal(4), memory_masks, &weights), expected) < rounding);
    CHECK(weights.shape() == Shape{2, 2, 4, 5});
    CHECK(weights.at({0, 1, 2, 2}) > 0);
    CHECK(weights.at({0, 1, 2, 3}) == 0);
  }
}

TEST_CASE("Transformer layers: gradients") {
  Rng rng(3);
  Tensor x = randn({2, 3, 4}, rng), memory = randn({2, 2, 4}, rng);
  for (bool norm_first : {false, true}) {
    nn::TransformerEncoderLayer encoder(4, 2, 3, rng, with(norm_first, nn::Activation::gelu));
    check_gradient([&](const auto&) { return encoder(x); }, with_parameters({x}, encoder));
    nn::TransformerDecoderLayer decoder(4, 2, 3, rng, with(norm_first, nn::Activation::gelu));
    check_gradient([&](const auto&) { return decoder(x, memory, causal(3)); }, with_parameters({x, memory}, decoder));
  }
}

TEST_CASE("Transformer: names, and matrices that start different in every layer") {
  Rng rng(4);
  nn::Transformer model(4, 2, 2, 1, 3, rng);
  const std::string all = names(model);
  for (const char* name :
       {"encoder.layers.0.self_attn.in_proj_weight (12, 4)", "encoder.layers.1.linear2.weight (4, 3)", "encoder.norm.bias (4,)",
        "decoder.layers.0.multihead_attn.out_proj.bias (4,)", "decoder.layers.0.norm3.weight (4,)", "decoder.norm.weight (4,)"}) {
    CAPTURE(name);
    CHECK(all.find(name) != std::string::npos);
  }
  const Index attention = 4 * 4 * 4 + 4 * 4, feed = 2 * 3 * 4 + 3 + 4, norm = 2 * 4;
  CHECK(model.parameter_count() == 2 * (attention + feed + 2 * norm) + norm + (2 * attention + feed + 3 * norm) + norm);
  CHECK(largest_difference(model.encoder_layers[0].linear1.weight, model.encoder_layers[1].linear1.weight) > 0.01);
  CHECK(model.parameter("encoder.layers.1.linear1.weight").data() == model.encoder_layers[1].linear1.weight.data());
  CHECK(largest_difference(model.encoder_layers[0].linear1.weight, zeros({3, 4})) <= std::sqrt(6.0 / 7));
}

TEST_CASE("Transformer: encode, then decode; the last layer's cross weights") {
  Rng rng(5);
  nn::Transformer model(4, 2, 2, 2, 3, rng);
  randomise(model, rng);
  Tensor src = randn({2, 5, 4}, rng), tgt = randn({2, 3, 4}, rng);
  nn::TransformerMasks masks;
  masks.src_key_padding = masks.memory_key_padding = padding_mask({5, 2}, 5);
  masks.tgt = causal_mask(3, 3);
  masks.tgt_key_padding = padding_mask({3, 1}, 3);
  masks.src = causal_mask(5, 5);
  masks.memory = {{0, 0, 1, 0, 1}, {0, 0, 0, 1, 0}, {0, 1, 0, 0, 0}};

  nn::MultiheadMasks src_masks, tgt_masks = causal(3), memory_masks;
  src_masks.key_padding = memory_masks.key_padding = masks.src_key_padding;
  tgt_masks.key_padding = masks.tgt_key_padding;
  src_masks.attn = masks.src;
  memory_masks.attn = masks.memory;
  Tensor memory = model.encoder_norm(model.encoder_layers[1](model.encoder_layers[0](src, src_masks), src_masks)), expected_weights;
  Tensor h = model.decoder_layers[0](tgt, memory, tgt_masks, memory_masks);
  Tensor expected = model.decoder_norm(model.decoder_layers[1](h, memory, tgt_masks, memory_masks, &expected_weights));

  Tensor weights;
  CHECK(largest_difference(model.encode(src, masks), memory) < rounding);
  CHECK(largest_difference(model.decode(tgt, memory, masks, &weights), expected) < rounding);
  CHECK(largest_difference(weights, expected_weights) < rounding);
  CHECK(largest_difference(model(src, tgt, masks), expected) < rounding);
}

TEST_CASE("Transformer: padding and the future change nothing, to the last bit") {
  Rng rng(6);
  nn::Transformer model(4, 2, 1, 1, 3, rng);
  Tensor src = randn({1, 5, 4}, rng), tgt = randn({1, 3, 4}, rng);
  nn::TransformerMasks masks;
  masks.src_key_padding = masks.memory_key_padding = padding_mask({3}, 5);
  masks.tgt = causal_mask(3, 3);
  Tensor before = model(src, tgt, masks);

  Tensor other_padding = src.clone(), other_future = tgt.clone(), other_word = src.clone();
  other_padding.set({0, 4, 1}, 9);
  other_future.set({0, 2, 1}, 9);
  other_word.set({0, 2, 1}, 9);
  CHECK(largest_difference(model(other_padding, tgt, masks), before) == 0);
  CHECK(largest_difference(slice(model(src, other_future, masks), 1, 0, 2), slice(before, 1, 0, 2)) == 0);
  CHECK(largest_difference(model(other_word, tgt, masks), before) > 1e-3);
}

TEST_CASE("Transformer: with a causal mask over the source, later words change nothing, to the last bit") {
  Rng rng(6);
  nn::Transformer model(4, 2, 2, 1, 3, rng);
  Tensor src = randn({2, 5, 4}, rng);
  nn::TransformerMasks masks;
  masks.src = causal_mask(5, 5);
  Tensor before = model.encode(src, masks);
  for (Index t = 1; t < 5; ++t) {
    Tensor changed = src.clone();
    changed.set({1, t, 2}, 9);
    Tensor after = model.encode(changed, masks);
    CHECK(largest_difference(slice(before, 1, 0, t), slice(after, 1, 0, t)) == 0);
    CHECK(largest_difference(slice(before, 1, t, 5), slice(after, 1, t, 5)) > 1e-3);
  }
}

TEST_CASE("Transformer: a source or memory mask that hides keys from all is padding") {
  Rng rng(7);
  nn::Transformer model(4, 2, 1, 2, 3, rng);
  Tensor src = randn({2, 4, 4}, rng), tgt = randn({2, 3, 4}, rng);
  nn::TransformerMasks padded, masked;
  padded.src_key_padding = padded.memory_key_padding = padding_mask({2, 2}, 4);
  masked.src = {{0, 0, 1, 1}, {0, 0, 1, 1}, {0, 0, 1, 1}, {0, 0, 1, 1}};
  masked.memory = {{0, 0, 1, 1}, {0, 0, 1, 1}, {0, 0, 1, 1}};
  Tensor weights;
  CHECK(largest_difference(model(src, tgt, masked), model(src, tgt, padded)) == 0);
  model.decode(tgt, model.encode(src, masked), masked, &weights);
  CHECK(weights.at({1, 1, 2, 1}) > 0);
  CHECK(weights.at({1, 1, 2, 2}) == 0);
  masked.memory = {};
  CHECK(largest_difference(model(src, tgt, masked), model(src, tgt, padded)) > 1e-4);

  nn::TransformerMasks none;
  none.src = {{0, 1}, {0, 0}};
  std::ostringstream text;
  text << none;
  CHECK(text.str() ==
        "TransformerMasks\n  src_key_padding: none\n  tgt: none\n  tgt_key_padding: none\n  memory_key_padding: none\n  src\n[[0, 1],\n "
        "[0, 0]]\n"
        "  memory: none");
}

TEST_CASE("Transformer layers: dropout of the attention weights, of what each part adds, and inside the feed-forward") {
  Rng rng(8), dropping(9);
  nn::TransformerOptions options;
  options.dropout = 0.3;
  nn::TransformerEncoderLayer encoder(6, 2, 8, dropping, options);
  nn::TransformerDecoderLayer decoder(6, 2, 8, dropping, options);
  CHECK(encoder.self_attn.dropout.p == 0.3);
  Tensor x = randn({2, 5, 6}, rng), memory = randn({2, 4, 6}, rng);
  auto feed = [](const auto& layer, const Tensor& h) { return layer.dropout(layer.linear2(layer.dropout(relu(layer.linear1(h))))); };

  dropping = Rng(10);
  Tensor y = encoder(x);
  dropping = Rng(10);
  Tensor h = encoder.norm1(x + encoder.dropout(encoder.self_attn(x).output));
  CHECK(largest_difference(y, encoder.norm2(h + feed(encoder, h))) < rounding);

  dropping = Rng(10);
  Tensor weights;
  y = decoder(x, memory, {}, {}, &weights);
  dropping = Rng(10);
  nn::MultiheadMasks per_head;
  per_head.average_weights = false;
  h = decoder.norm1(x + decoder.dropout(decoder.self_attn(x).output));
  Attended cross = decoder.multihead_attn(h, memory, memory, per_head);
  h = decoder.norm2(h + decoder.dropout(cross.output));
  CHECK(largest_difference(y, decoder.norm3(h + feed(decoder, h))) < rounding);
  CHECK(largest_difference(weights, cross.weights) < rounding);
}

TEST_CASE("Transformer: batch_first exchanges axes only; dropout only in training") {
  Rng rng(7);
  nn::TransformerOptions options;
  options.batch_first = false;
  options.dropout = 0.5;
  nn::Transformer model(4, 2, 1, 1, 3, rng, options);
  Rng again(7);
  options.batch_first = true;
  nn::Transformer batch_first(4, 2, 1, 1, 3, again, options);
  Tensor src = randn({5, 2, 4}, rng), tgt = randn({3, 2, 4}, rng);
  CHECK(largest_difference(model.encode(src), model.encode(src)) > 0.01);
  CHECK(largest_difference(model.decode(tgt, src), model.decode(tgt, src)) > 0.01);

  EvalMode evaluating;
  Tensor y = model(src, tgt);
  CHECK(y.shape() == Shape{3, 2, 4});
  CHECK(largest_difference(transpose(y, 0, 1), batch_first(transpose(src, 0, 1), transpose(tgt, 0, 1))) < rounding);
}

TEST_CASE("Transformer: what cannot be") {
  Rng rng(8);
  CHECK_THROWS_WITH_AS(nn::Transformer(4, 2, -1, 1, 3, rng), "Transformer: -1 encoder layers, 1 decoder layers: must not be negative",
                       Error);
  CHECK_THROWS_AS(nn::Transformer(5, 2, 1, 1, 3, rng), Error);
  nn::Transformer model(4, 2, 1, 1, 3, rng);
  CHECK_THROWS_AS(model(ones({2, 5, 4}), ones({3, 3, 4})), Error);
  CHECK_THROWS_AS(model(ones({2, 5, 3}), ones({2, 3, 4})), Error);
}
