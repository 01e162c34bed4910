#pragma once
#include <qkv/nn/linear.h>
#include <qkv/nn/recurrent.h>
#include <qkv/nn/transformer.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/shape.h>
#include <qkv/optim/clip.h>
#include <qkv/optim/rules.h>

// A training that touches most of the engine: what is run long, in two threads, and under tools that watch it.

namespace qkv {

struct EverydayTraining {
  Rng rng;
  nn::Embedding words;
  nn::TransformerEncoderLayer layer;
  nn::LSTM lstm;
  nn::Linear read;
  std::vector<Tensor> all;
  optim::AdamW adam;

  explicit EverydayTraining(std::uint64_t seed, Index width = 8)
      : rng(seed),
        words(11, width, rng),
        layer(width, 2, 2 * width, rng, with_dropout()),
        lstm(width, 5, rng),
        read(5, 3, rng),
        all(parameters()),
        adam(all, 0.01) {}
  EverydayTraining(const EverydayTraining&) = delete;

  /// One step on a batch of random words, whose class is their sum; returns the loss.
  double step(Index batch = 4, Index length = 6) {
    Indices text(Shape{batch, length}, std::vector<Index>(static_cast<std::size_t>(batch * length)));
    Indices target(Shape{batch}, std::vector<Index>(static_cast<std::size_t>(batch)));
    for (Index i = 0; i < batch * length; ++i) {
      Index word = rng.below(11);
      text.values[i] = word;
      Index& sum = target.values[i / length];
      sum = (sum + word) % 3;
    }
    nn::MultiheadMasks masks;
    masks.attn = causal_mask(length, length);
    Tensor h = layer(words(text), masks);
    Tensor loss = cross_entropy(read(select(lstm(h).output, 1, -1)), target);
    adam.zero_grad();
    loss.backward();
    optim::clip_grad_norm(all, 1);
    adam.step();
    return static_cast<double>(loss.item());
  }

 private:
  static nn::TransformerOptions with_dropout() {
    nn::TransformerOptions options;
    options.dropout = 0.1;
    return options;
  }
  std::vector<Tensor> parameters() const {
    std::vector<Tensor> result;
    for (const nn::Module* module : {static_cast<const nn::Module*>(&words), static_cast<const nn::Module*>(&layer),
                                     static_cast<const nn::Module*>(&lstm), static_cast<const nn::Module*>(&read)})
      for (const Tensor& parameter : module->parameters()) result.push_back(parameter);
    return result;
  }
};

}  // namespace qkv
