#include "layers.h"

#include <qkv/nn/decode.h>
#include <qkv/nn/transformer.h>
#include <qkv/ops/shape.h>
#include <qkv/ostream.h>
#include <qkv/tensor/error.h>

#include <sstream>

// Keys and values that are kept: writing word by word gives what reading all words anew gives.

using namespace qkv;

namespace {

constexpr double equal = 1e-5;

/// How nine positions arrive: one at a time, or several at once.
const std::vector<std::vector<Index>> arrivals{{1, 1, 1, 1, 1, 1, 1, 1, 1}, {4, 1, 1, 3}, {9}, {1, 8}};

nn::MultiheadMasks causal(Index length) {
  nn::MultiheadMasks masks;
  masks.attn = causal_mask(length, length);
  masks.average_weights = false;
  return masks;
}

}  // namespace

TEST_CASE("KeyValueCache: self-attention continued is causal self-attention over all positions") {
  Rng rng(1);
  for (bool batch_first : {true, false})
    for (bool bias : {true, false}) {
      nn::MultiheadAttentionOptions options;
      options.batch_first = batch_first;
      options.bias = bias;
      nn::MultiheadAttention attention(8, 2, rng, options);
      randomise(attention, rng);
      const Index time = batch_first ? 1 : 0;
      Tensor x = randn(batch_first ? Shape{3, 9, 8} : Shape{9, 3, 8}, rng);
      Attended anew = attention(x, causal(9));
      for (const std::vector<Index>& parts : arrivals)
        for (bool need_weights : {true, false}) {
          nn::KeyValueCache cache;
          CHECK(cache.length() == 0);
          Tensors outputs;
          Index read = 0;
          for (Index count : parts) {
            nn::MultiheadMasks masks;
            masks.need_weights = need_weights;
            masks.average_weights = false;
            Attended next = attention(slice(x, time, read, read + count), cache, masks);
            outputs.push_back(next.output);
            CHECK(next.weights.defined() == need_weights);
            if (need_weights)
              CHECK(largest_difference(next.weights, slice(slice(anew.weights, 2, read, read + count), 3, 0, read + count)) < equal);
            read += count;
            CHECK(cache.length() == read);
          }
          CHECK(largest_difference(concat(outputs, time), anew.output) < equal);
        }
    }
}

TEST_CASE("KeyValueCache: masks may hide more, and gradients flow through what is kept") {
  Rng rng(2);
  nn::MultiheadAttention attention(4, 2, rng);
  randomise(attention, rng);
  Tensor x = randn({2, 4, 4}, rng);
  nn::MultiheadMasks padded = causal(4);
  padded.key_padding = {{1, 0, 0, 0}, {0, 0, 0, 0}};  // row 0 begins with padding
  auto continued = [&](const Tensor& all) {
    nn::KeyValueCache cache;
    nn::MultiheadMasks first, second;
    first.key_padding = {{1, 0, 0}, {0, 0, 0}};
    second.key_padding = padded.key_padding;
    Tensor begun = attention(slice(all, 1, 0, 3), cache, first).output;
    return concat({begun, attention(slice(all, 1, 3, 4), cache, second).output}, 1);
  };
  CHECK(largest_difference(continued(x), attention(x, padded).output) < equal);
  check_gradient([&](const auto&) { return continued(x); }, with_parameters({x}, attention));
}

TEST_CASE("KeyValueCache: what is remembered once is asked again and again") {
  Rng rng(3);
  for (bool packed : {true, false})
    for (bool batch_first : {true, false}) {
      nn::MultiheadAttentionOptions options;
      options.batch_first = batch_first;
      if (!packed) options.kdim = 3, options.vdim = 5;
      nn::MultiheadAttention attention(6, 3, rng, options);
      randomise(attention, rng);
      Tensor key = randn(batch_first ? Shape{2, 4, packed ? 6 : 3} : Shape{4, 2, packed ? 6 : 3}, rng);
      Tensor value = randn(batch_first ? Shape{2, 4, packed ? 6 : 5} : Shape{4, 2, packed ? 6 : 5}, rng);
      nn::KeyValueCache memory = attention.remember(key, value);
      CHECK(memory.length() == 4);
      nn::MultiheadMasks masks;
      masks.key_padding = padding_mask({4, 2}, 4);
      for (Index length : {1, 3}) {
        Tensor query = randn(batch_first ? Shape{2, length, 6} : Shape{length, 2, 6}, rng);
        Attended anew = attention(query, key, value, masks), kept = attention.recall(query, memory, masks);
        CHECK(largest_difference(kept.output, anew.output) < equal);
        CHECK(largest_difference(kept.weights, anew.weights) < equal);
      }
    }
}

TEST_CASE("KeyValueCache: a stack of encoder layers, as in GPT, written character by character") {
  Rng rng(4);
  for (bool norm_first : {true, false}) {
    nn::TransformerOptions options;
    options.norm_first = norm_first;
    options.activation = nn::Activation::gelu;
    std::vector<nn::TransformerEncoderLayer> layers;
    for (int i = 0; i < 3; ++i) {
      layers.emplace_back(8, 2, 16, rng, options);
      randomise(layers.back(), rng);
    }
    Tensor x = randn({2, 9, 8}, rng), anew = x;
    for (const auto& layer : layers) anew = layer(anew, causal(9));
    for (const std::vector<Index>& parts : arrivals) {
      std::vector<nn::KeyValueCache> caches(3);
      Tensors outputs;
      Index read = 0;
      for (Index count : parts) {
        Tensor h = slice(x, 1, read, read + count);
        for (std::size_t i = 0; i < layers.size(); ++i) h = layers[i](h, caches[i]);
        outputs.push_back(h);
        read += count;
      }
      CHECK(largest_difference(concat(outputs, 1), anew) < equal);
    }
  }
}

TEST_CASE("TransformerCache: decoding word by word gives what decoding anew gives") {
  Rng rng(5);
  for (bool batch_first : {true, false}) {
    nn::TransformerOptions options;
    options.batch_first = batch_first;
    nn::Transformer model(8, 2, 1, 2, 16, rng, options);
    randomise(model, rng);
    const Index time = batch_first ? 1 : 0;
    Tensor memory = randn(batch_first ? Shape{3, 5, 8} : Shape{5, 3, 8}, rng);
    Tensor tgt = randn(batch_first ? Shape{3, 9, 8} : Shape{9, 3, 8}, rng), weights;
    nn::TransformerMasks masks;
    masks.tgt = causal_mask(9, 9);
    masks.memory_key_padding = padding_mask({5, 2, 4}, 5);
    Tensor anew = model.decode(tgt, memory, masks, &weights);
    for (const std::vector<Index>& parts : arrivals) {
      nn::TransformerCache cache = model.remember(memory, masks.memory_key_padding);
      Tensors outputs;
      Index read = 0;
      for (Index count : parts) {
        Tensor next_weights;
        outputs.push_back(model.decode(slice(tgt, time, read, read + count), cache, &next_weights));
        CHECK(largest_difference(next_weights, slice(weights, 2, read, read + count)) < equal);
        read += count;
      }
      CHECK(largest_difference(concat(outputs, time), anew) < equal);
    }
  }
}

TEST_CASE("TransformerCache: reordered, every row goes on from the row it came from") {
  Rng rng(6);
  nn::Transformer model(8, 2, 1, 2, 16, rng);
  randomise(model, rng);
  Tensor memory = randn({2, 5, 8}, rng), tgt = randn({2, 3, 8}, rng), last = randn({3, 1, 8}, rng);
  const Mask padding = padding_mask({5, 2}, 5);
  const std::vector<Index> from{1, 0, 1};
  nn::TransformerCache cache = model.remember(memory, padding);
  model.decode(tgt, cache);
  cache.reorder(from);

  nn::TransformerMasks masks;
  masks.tgt = causal_mask(4, 4);
  masks.memory_key_padding = take_rows(padding, from);
  Tensor anew = model.decode(concat({take_rows(tgt, from), last}, 1), take_rows(memory, from), masks);
  CHECK(largest_difference(model.decode(last, cache), slice(anew, 1, 3, 4)) < equal);

  std::ostringstream text;
  text << cache << '\n' << cache.layers[0];
  CHECK(text.str() == "TransformerCache: 2 layers, 4 positions written, 5 of memory\nDecoderLayerCache: 4 positions written, 5 of memory");
}

TEST_CASE("KeyValueCache: what does not fit is refused, and leaves the cache as it was") {
  Rng rng(7);
  nn::MultiheadAttention attention(4, 2, rng);
  nn::KeyValueCache cache;
  attention(zeros({2, 3, 4}), cache);
  CHECK_THROWS_WITH_AS(attention(zeros({3, 1, 4}), cache),
                       "MultiheadAttention: x (3, 1, 4), kept keys (2, 3, 4), kept values (2, 3, 4): must be kept as (3, S, 4)", Error);
  nn::MultiheadMasks masks;
  masks.key_padding = {{0, 1}, {0, 0}};
  CHECK_THROWS_WITH_AS(attention(zeros({2, 1, 4}), cache, masks), "MultiheadAttention: key_padding mask (2, 2): must be (2, 4), (B, S)",
                       Error);
  CHECK_THROWS_AS(attention(zeros({2, 1, 5}), cache), Error);
  CHECK(cache.length() == 3);
  CHECK_THROWS_WITH_AS(attention.recall(zeros({2, 1, 4}), {}), "MultiheadAttention: recall: nothing is remembered", Error);
  CHECK_THROWS_WITH_AS(attention.recall(zeros({2, 1, 3}), cache), "MultiheadAttention: query (2, 1, 3): must be (B, L, 4)", Error);
  CHECK_THROWS_WITH_AS(attention.remember(zeros({2, 1, 4}), zeros({2, 2, 4})),
                       "MultiheadAttention: key (2, 1, 4), value (2, 2, 4): must be (B, S, 4), (B, S, 4)", Error);
  nn::KeyValueCache half{zeros({2, 3, 4}), {}};
  CHECK_THROWS_WITH_AS(attention(zeros({2, 1, 4}), half), "MultiheadAttention: a cache must hold both keys and values, or neither", Error);

  nn::Transformer model(4, 2, 1, 2, 8, rng);
  nn::TransformerCache none;
  CHECK_THROWS_WITH_AS(model.decode(zeros({2, 1, 4}), none),
                       "Transformer: a cache of 0 layers for 2 decoder layers: begin with remember(memory)", Error);
  cache = {};
  cache.reorder({0, 5});
  CHECK(cache.length() == 0);
}
