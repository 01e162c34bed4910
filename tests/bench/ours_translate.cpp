#include <bench/ours.h>

#include <cmath>

namespace bench {
namespace {

using qkv::Index;
using qkv::Tensor;

std::function<Tensor()> gru(Ours& from) {
  const Tensor reads = from.tensor("reads"), writes = from.tensor("writes"), bias = from.tensor("bias");
  const Index width = reads.size(1), h = from.tensor("v").size();
  qkv::Rng rng;
  qkv::nn::RecurrentOptions both;
  both.bidirectional = true;
  qkv::nn::GRU encoder(width, h / 2, rng, both), decoder(width, h, rng);
  qkv::nn::AdditiveAttention attention(h, h, h, rng);
  qkv::nn::Linear combine(2 * h, width, rng);
  from.load(encoder, "encoder.");
  from.load(decoder, "decoder.");
  from.load(attention);
  from.load(combine, "combine.");
  const qkv::Indices source = from.indices("source"), input = from.indices("input"), target = from.indices("target");
  return [=] {
    Tensor memory = encoder(qkv::embedding(source, reads)).output;  // (B, S, h)
    Tensor states = decoder(qkv::embedding(input, writes)).output;  // (B, T, h)
    Tensor context = attention(states, memory, memory).output;
    Tensor output = qkv::tanh(combine(qkv::concat({states, context}, 2)));
    return qkv::cross_entropy(qkv::reshape(qkv::linear(output, writes, bias), {target.shape[0], -1}), target);
  };
}

qkv::nn::Transformer transformer(Ours& from, Index d) {
  qkv::Rng rng;
  qkv::nn::TransformerOptions options;
  options.norm_first = true;
  qkv::nn::Transformer model(d, 4, 2, 2, 2 * d, rng, options);
  from.load(model);
  return model;
}

Tensor embed(const qkv::Indices& words, const Tensor& table, Index first = 0) {
  const Index d = table.size(1);
  return qkv::embedding(words, table) * std::sqrt(static_cast<double>(d)) + qkv::nn::sinusoidal_encoding(words.shape[1], d, 10000, first);
}

std::function<Tensor()> training(Ours& from) {
  const Tensor reads = from.tensor("reads"), writes = from.tensor("writes"), bias = from.tensor("bias");
  const qkv::nn::Transformer model = transformer(from, reads.size(1));
  const qkv::Indices source = from.indices("source"), input = from.indices("input"), target = from.indices("target");
  qkv::nn::TransformerMasks masks;
  masks.tgt = qkv::causal_mask(input.shape[1], input.shape[1]);
  return [=] {
    Tensor output = model.decode(embed(input, writes), model.encode(embed(source, reads)), masks);
    return qkv::cross_entropy(qkv::reshape(qkv::linear(output, writes, bias), {target.shape[0], -1}), target);
  };
}

std::function<Tensor()> decoding(Ours& from) {
  const Tensor writes = from.tensor("writes"), bias = from.tensor("bias"), memory = from.tensor("memory");
  const qkv::nn::Transformer model = transformer(from, writes.size(1));
  const qkv::Indices written = from.indices("written");
  return [=] {
    qkv::NoGrad no_graph;
    qkv::nn::TransformerCache cache = model.remember(memory);
    Tensor scores;
    for (Index t = 0; t < written.shape[1]; ++t) {
      Tensor x = embed(qkv::Indices(qkv::Shape{1, 1}, {written.values[t]}), writes, t);
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
  return {{"translate-gru", "nn::GRU, nn::AdditiveAttention", gru, clip_and_adam},
          {"translate-transformer", "nn::Transformer", training, clip_and_adam},
          {"translate-decode", "nn::TransformerCache", decoding}};
}

}  // namespace bench
