#include <bench/ours.h>

#include <cmath>

namespace bench {
namespace {

using qkv::Index;
using qkv::Tensor;

template <class Layer>
Layer loaded(Layer layer, Ours& from, const std::string& prefix = "") {
  from.load(layer, prefix);
  return layer;
}

/// A GRU in both directions reads vectors (B, S, in), another writes words and looks back by additive attention.
std::function<Tensor(const Tensor&)> encoder_decoder(Ours& from, Index in) {
  qkv::Rng rng;
  const Index h = from.tensor("decoder.attention.v").size(), words = from.tensor("decoder.bias").size(),
              width = from.tensor("decoder.embedding.weight").size(1);
  const auto encoder = loaded(qkv::nn::Encoder(in, h / 2, rng), from, "encoder.");
  const auto decoder = loaded(qkv::nn::Decoder(words, width, h, h, rng), from, "decoder.");
  const qkv::Indices input = from.indices("input"), target = from.indices("target");
  return [=](const Tensor& x) { return decoder.loss(input, target, encoder(x)); };
}

std::function<Tensor()> gru(Ours& from) {
  const Tensor reads = from.tensor("reads");
  const qkv::Indices source = from.indices("source");
  return [=, loss = encoder_decoder(from, reads.size(1))] { return loss(qkv::embedding(source, reads)); };
}

/// Lesson 69's listener: frames of sound in, digits out.
std::function<Tensor()> listener(Ours& from) {
  const Tensor frames = from.tensor("frames");
  return [=, loss = encoder_decoder(from, frames.size(2))] { return loss(frames); };
}

qkv::nn::Transformer transformer(Ours& from, Index d) {
  qkv::Rng rng;
  qkv::nn::TransformerOptions options;
  options.norm_first = true;
  qkv::nn::Transformer model(d, 4, 2, 2, 2 * d, rng, options);
  return loaded(model, from);
}

Tensor embed(const qkv::Indices& words, const Tensor& table, const Tensor& places) {
  return qkv::embedding(words, table) * std::sqrt(static_cast<double>(table.size(1))) + places;
}

std::function<Tensor()> training(Ours& from) {
  const Tensor reads = from.tensor("reads"), writes = from.tensor("writes"), bias = from.tensor("bias");
  const qkv::nn::Transformer model = transformer(from, reads.size(1));
  const qkv::Indices source = from.indices("source"), input = from.indices("input"), target = from.indices("target");
  qkv::nn::TransformerMasks masks;
  masks.tgt = qkv::causal_mask(input.shape[1], input.shape[1]);
  const Tensor of_source = qkv::nn::sinusoidal_encoding(source.shape[1], reads.size(1)),
               of_input = qkv::nn::sinusoidal_encoding(input.shape[1], reads.size(1));
  qkv::Indices counted, right;  // the places of the targets that are no padding, and these targets
  for (std::size_t i = 0; i < target.values.size(); ++i) {
    if (target.values[i] == 0) continue;
    counted.values.push_back(static_cast<Index>(i));
    right.values.push_back(target.values[i]);
  }
  counted.shape = right.shape = {static_cast<Index>(right.values.size())};
  return [=] {
    Tensor output = model.decode(embed(input, writes, of_input), model.encode(embed(source, reads, of_source)), masks);
    return qkv::cross_entropy(qkv::linear(qkv::embedding(counted, qkv::reshape(output, {-1, output.size(2)})), writes, bias), right);
  };
}

std::function<Tensor()> decoding(Ours& from) {
  const Tensor writes = from.tensor("writes"), bias = from.tensor("bias"), memory = from.tensor("memory");
  const qkv::nn::Transformer model = transformer(from, writes.size(1));
  const qkv::Indices written = from.indices("written");
  const Tensor places = qkv::nn::sinusoidal_encoding(written.shape[1], writes.size(1));
  return [=] {
    qkv::NoGrad no_graph;
    qkv::nn::TransformerCache cache = model.remember(memory);
    Tensor scores;
    for (Index t = 0; t < written.shape[1]; ++t) {
      Tensor x = embed(qkv::Indices(qkv::Shape{1, 1}, {written.values[t]}), writes, qkv::slice(places, 0, t, t + 1));
      scores = qkv::linear(model.decode(x, cache), writes, bias);
      qkv::argmax(scores);  // the next word, which is given here
    }
    return scores;
  };
}

std::function<void()> clip_and_adam(const std::vector<Tensor>& parameters) {
  auto optimizer = std::make_shared<qkv::optim::Adam>(parameters, 1e-3);
  return [=] {
    qkv::optim::clip_grad_norm(parameters, 1.0);
    optimizer->step();
  };
}

}  // namespace

std::vector<OursForm> ours_translate() {
  return {{"translate-gru", "nn::Encoder, nn::Decoder", gru, clip_and_adam},
          {"translate-transformer", "nn::Transformer", training, clip_and_adam},
          {"translate-decode", "nn::TransformerCache", decoding},
          {"speech", "nn::Encoder, nn::Decoder", listener, clip_and_adam}};
}

}  // namespace bench
