#pragma once
#include <qkv/qkv.h>

// The two networks: both read characters and give, behind each, the scores of the next one.

using namespace qkv;

/// What a network keeps of what it has read, so that it need not read it again.
struct Memory {
  Index read = 0;                         // how many characters
  Tensor h, c;                            // LSTM: its two states, all it knows
  std::vector<nn::KeyValueCache> layers;  // GPT: keys and values of every character, layer by layer
};

struct Network : nn::Module {
  virtual ~Network() = default;
  /// tokens (B, T) -> scores (B, T, characters). With a memory the tokens follow what it holds, and are added to it.
  virtual Tensor operator()(const Indices& tokens, Memory* memory = nullptr) const = 0;
  /// How many characters it can look at.
  virtual Index context() const { return std::numeric_limits<Index>::max(); }
};

/// A long short-term memory (lesson 22) between an embedding and a linear layer.
struct LSTM : Network {
  nn::Embedding token;
  nn::LSTM layer;
  nn::Linear head;

  LSTM(Index characters, Index width, Index hidden, Rng& rng)
      : token(characters, width, rng), layer(width, hidden, rng), head(hidden, characters, rng) {
    adopt("token", token);
    adopt("layer", layer);
    adopt("head", head);
  }
  Tensor operator()(const Indices& tokens, Memory* memory) const override {
    if (!memory) return head(layer(token(tokens)).output);
    nn::LSTMOutput next = layer(token(tokens), memory->h, memory->c);
    memory->h = next.h_n;
    memory->c = next.c_n;
    memory->read += tokens.shape[1];
    return head(next.output);
  }
};

struct GPTOptions {
  Index context = 64, width = 128, layers = 4, heads = 4;
  bool causal = true;            // false: a mistake, see --break=no-mask
  bool counts_positions = true;  // false: a mistake, see --break=no-offset
};

/// Only the decoder's half of a Transformer (lesson 38), without an encoder to look at: Radford et al. 2018.
struct GPT : Network {
  GPTOptions options;
  nn::Embedding token;
  nn::LearnedPosition position;
  std::vector<nn::TransformerEncoderLayer> layers;
  nn::LayerNorm norm;
  nn::Linear head;  // shares the embedding's weight

  GPT(Index characters, Rng& rng, const GPTOptions& chosen = {})
      : options(chosen),
        token(characters, chosen.width, rng),
        position(chosen.context, chosen.width, rng),
        norm(chosen.width),
        head(token.weight) {
    token.weight.copy_from(randn(token.weight.shape(), rng, 0, 0.02));
    nn::TransformerOptions how;
    how.norm_first = true;
    how.activation = nn::Activation::gelu;
    for (Index i = 0; i < options.layers; ++i) layers.emplace_back(options.width, options.heads, 4 * options.width, rng, how);
    adopt("token", token);
    adopt("position", position);
    for (Index i = 0; i < options.layers; ++i) adopt("layers." + std::to_string(i), layers[static_cast<std::size_t>(i)]);
    adopt("norm", norm);
    adopt("head", head);
  }
  Tensor operator()(const Indices& tokens, Memory* memory) const override {
    if (memory) return continued(tokens, *memory);
    const Index T = tokens.shape[1];
    nn::MultiheadMasks no_future;
    if (options.causal) no_future.attn = causal_mask(T, T);
    Tensor x = position(token(tokens));
    for (const auto& layer : layers) x = layer(x, no_future);
    return head(norm(x));
  }
  Tensor continued(const Indices& tokens, Memory& memory) const {
    memory.layers.resize(layers.size());
    Tensor x = position(token(tokens), options.counts_positions ? memory.read : 0);
    for (std::size_t i = 0; i < layers.size(); ++i) x = layers[i](x, memory.layers[i]);  // its keys and values are kept
    memory.read += tokens.shape[1];
    return head(norm(x));
  }
  Index context() const override { return options.context; }
};
