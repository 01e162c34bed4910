#include <bench/torch.h>

namespace bench {
namespace {

/// The loss from the vectors (B, T, width) that words are chosen from: scores are computed only where the target is no padding.
std::function<at::Tensor(const at::Tensor&)> loss_of(Torch& from, const at::Tensor& writes, const at::Tensor& bias) {
  const at::Tensor target = from.indices("target").view({-1}), counted = at::nonzero(target).view({-1});
  return [=, right = target.index_select(0, counted)](const at::Tensor& output) {
    return at::cross_entropy_loss(at::linear(output.reshape({-1, output.size(2)}).index_select(0, counted), writes, bias), right);
  };
}

/// As ours: a GRU in both directions reads, another writes.
std::function<at::Tensor(const at::Tensor&)> encoder_decoder(Torch& from, std::int64_t in) {
  const at::Tensor E = from.tensor("decoder.embedding.weight"), bias = from.tensor("decoder.bias"), v = from.tensor("decoder.attention.v");
  const at::Tensor W1 = from.tensor("decoder.attention.W1.weight"), W2 = from.tensor("decoder.attention.W2.weight");
  const std::int64_t h = v.size(0), width = E.size(1);
  torch::nn::GRU encoder(torch::nn::GRUOptions(in, h / 2).batch_first(true).bidirectional(true));
  torch::nn::GRU decoder(torch::nn::GRUOptions(width, h).batch_first(true));
  from.load(*encoder, "encoder.gru.");
  from.load(*decoder, "decoder.gru.");
  const at::Tensor start = from.tensor("decoder.start.weight"), start_bias = from.tensor("decoder.start.bias");
  const at::Tensor combine = from.tensor("decoder.combine.weight"), combine_bias = from.tensor("decoder.combine.bias");
  const at::Tensor input = from.indices("input");
  return [=, loss = loss_of(from, E, bias)](const at::Tensor& x) mutable {
    auto [memory, last] = encoder(x);
    at::Tensor first = at::tanh(at::linear(at::cat({last[0], last[1]}, 1), start, start_bias)).unsqueeze(0);
    at::Tensor states = std::get<0>(decoder(at::embedding(E, input) * std::sqrt(static_cast<double>(width)), first));
    at::Tensor q = at::linear(states, W1).unsqueeze(2), k = at::linear(memory, W2).unsqueeze(1);
    at::Tensor context = at::bmm(at::softmax(at::matmul(at::tanh(q + k), v), -1), memory);
    return loss(at::tanh(at::linear(at::cat({states, context}, 2), combine, combine_bias)));
  };
}

std::function<at::Tensor()> gru(Torch& from) {
  const at::Tensor reads = from.tensor("reads"), source = from.indices("source");
  return [=, loss = encoder_decoder(from, reads.size(1))] { return loss(at::embedding(reads, source)); };
}

std::function<at::Tensor()> listener(Torch& from) {
  const at::Tensor frames = from.tensor("frames");
  return [=, loss = encoder_decoder(from, frames.size(2))] { return loss(frames); };
}

/// One layer, pre-norm, of the encoder or the decoder; its tensors by their names in the problem.
struct Layer {
  std::map<std::string, at::Tensor> w;
  bool writes;

  Layer(Torch& from, const std::string& prefix, bool decoder) : writes(decoder) {
    std::vector<std::string> parts{"self_attn.in_proj_", "self_attn.out_proj.", "linear1.", "linear2.", "norm1.", "norm2."};
    if (decoder) parts.insert(parts.end(), {"multihead_attn.in_proj_", "multihead_attn.out_proj.", "norm3."});
    for (const std::string& part : parts)
      for (const char* kind : {"weight", "bias"}) w[part + kind] = from.tensor(prefix + part + kind);
  }
  at::Tensor linear(const at::Tensor& x, const std::string& name) const {
    return at::linear(x, w.at(name + "weight"), w.at(name + "bias"));
  }
  at::Tensor norm(const at::Tensor& x, const std::string& name) const {
    return at::layer_norm(x, {x.size(-1)}, w.at(name + "weight"), w.at(name + "bias"));
  }
  static at::Tensor split(const at::Tensor& x) { return x.view({x.size(0), x.size(1), 4, x.size(2) / 4}).transpose(1, 2); }
  static at::Tensor merge(const at::Tensor& x) { return x.transpose(1, 2).reshape({x.size(0), x.size(2), x.size(1) * x.size(3)}); }
  at::Tensor feed(const at::Tensor& x) const { return linear(at::relu(linear(x, "linear1.")), "linear2."); }

  /// Keys and values of the memory, heads apart.
  std::pair<at::Tensor, at::Tensor> remember(const at::Tensor& memory) const {
    const std::int64_t d = memory.size(2);
    const at::Tensor &W = w.at("multihead_attn.in_proj_weight"), &b = w.at("multihead_attn.in_proj_bias");
    return {split(at::linear(memory, W.slice(0, d, 2 * d), b.slice(0, d, 2 * d))),
            split(at::linear(memory, W.slice(0, 2 * d), b.slice(0, 2 * d)))};
  }
  template <Attend attend>
  at::Tensor cross(const at::Tensor& x, const std::pair<at::Tensor, at::Tensor>& memory) const {
    const std::int64_t d = x.size(2);
    const at::Tensor &W = w.at("multihead_attn.in_proj_weight"), &b = w.at("multihead_attn.in_proj_bias");
    at::Tensor q = split(at::linear(x, W.slice(0, 0, d), b.slice(0, 0, d)));
    return linear(merge(attend(q, memory.first, memory.second, {})), "multihead_attn.out_proj.");
  }
  template <Attend attend>
  at::Tensor run(const at::Tensor& x, const at::Tensor& mask, const at::Tensor& memory) const {
    std::vector<at::Tensor> qkv = linear(norm(x, "norm1."), "self_attn.in_proj_").chunk(3, 2);
    at::Tensor h = x + linear(merge(attend(split(qkv[0]), split(qkv[1]), split(qkv[2]), mask)), "self_attn.out_proj.");
    if (!writes) return h + feed(norm(h, "norm2."));
    h = h + cross<attend>(norm(h, "norm2."), remember(memory));
    return h + feed(norm(h, "norm3."));
  }

  struct Cache {
    at::Tensor keys, values;  // of what was written
    std::pair<at::Tensor, at::Tensor> memory;
  };
  template <Attend attend>
  at::Tensor step(const at::Tensor& x, Cache& cache) const {
    std::vector<at::Tensor> qkv = linear(norm(x, "norm1."), "self_attn.in_proj_").chunk(3, 2);
    at::Tensor k = split(qkv[1]), v = split(qkv[2]);
    cache.keys = cache.keys.defined() ? at::cat({cache.keys, k}, 2) : k;
    cache.values = cache.values.defined() ? at::cat({cache.values, v}, 2) : v;
    at::Tensor h = x + linear(merge(attend(split(qkv[0]), cache.keys, cache.values, {})), "self_attn.out_proj.");
    h = h + cross<attend>(norm(h, "norm2."), cache.memory);
    return h + feed(norm(h, "norm3."));
  }
};

struct Model {
  std::vector<Layer> encoder, decoder;
  std::map<std::string, at::Tensor> norm;

  explicit Model(Torch& from) {
    for (const char* i : {"0.", "1."}) {
      encoder.emplace_back(from, std::string("encoder.layers.") + i, false);
      decoder.emplace_back(from, std::string("decoder.layers.") + i, true);
    }
    for (const char* name : {"encoder.norm.weight", "encoder.norm.bias", "decoder.norm.weight", "decoder.norm.bias"})
      norm[name] = from.tensor(name);
  }
  at::Tensor normed(const at::Tensor& x, const std::string& side) const {
    return at::layer_norm(x, {x.size(-1)}, norm.at(side + ".norm.weight"), norm.at(side + ".norm.bias"));
  }
};

/// (length, d): sin and cos, as qkv::nn::sinusoidal_encoding.
at::Tensor positions(std::int64_t length, std::int64_t d) {
  at::Tensor p = torch::arange(length).unsqueeze(1), turn = at::pow(10000.0, -2 * torch::arange(d / 2) / static_cast<double>(d));
  return at::stack({at::sin(p * turn), at::cos(p * turn)}, 2).reshape({length, d}).to(torch::kFloat);
}
at::Tensor embed(const at::Tensor& words, const at::Tensor& table, const at::Tensor& places) {
  return at::embedding(table, words) * std::sqrt(static_cast<double>(table.size(1))) + places;
}

template <Attend attend>
std::function<at::Tensor()> training(Torch& from) {
  const at::Tensor reads = from.tensor("reads"), writes = from.tensor("writes"), bias = from.tensor("bias");
  const at::Tensor source = from.indices("source"), input = from.indices("input");
  const at::Tensor of_source = positions(source.size(1), reads.size(1)), of_input = positions(input.size(1), reads.size(1));
  const at::Tensor mask = causal_scores(input.size(1));
  const Model model(from);
  return [=, loss = loss_of(from, writes, bias)] {
    at::Tensor memory = embed(source, reads, of_source), x = embed(input, writes, of_input);
    for (const Layer& layer : model.encoder) memory = layer.run<attend>(memory, {}, {});
    memory = model.normed(memory, "encoder");
    for (const Layer& layer : model.decoder) x = layer.run<attend>(x, mask, memory);
    return loss(model.normed(x, "decoder"));
  };
}

template <Attend attend>
std::function<at::Tensor()> decoding(Torch& from) {
  const at::Tensor writes = from.tensor("writes"), bias = from.tensor("bias"), memory = from.tensor("memory"),
                   written = from.indices("written");
  const at::Tensor places = positions(written.size(1), writes.size(1));
  const Model model(from);
  return [=] {
    torch::NoGradGuard no_graph;
    std::vector<Layer::Cache> cache;
    for (const Layer& layer : model.decoder) cache.push_back({{}, {}, layer.remember(memory)});
    at::Tensor scores;
    for (std::int64_t t = 0; t < written.size(1); ++t) {
      at::Tensor x = embed(written.slice(1, t, t + 1), writes, places.slice(0, t, t + 1));
      for (std::size_t i = 0; i < cache.size(); ++i) x = model.decoder[i].step<attend>(x, cache[i]);
      scores = at::linear(model.normed(x, "decoder"), writes, bias);
      at::argmax(scores, -1);
    }
    return scores;
  };
}

std::function<void()> clip_and_adam(const std::vector<at::Tensor>& parameters) {
  auto optimizer = std::make_shared<torch::optim::Adam>(parameters, torch::optim::AdamOptions(1e-3));
  return [=] {
    torch::nn::utils::clip_grad_norm_(parameters, 1.0);
    optimizer->step();
  };
}

}  // namespace

std::vector<TorchForm> torch_translate() {
  return {{"translate-gru", "nn::GRU, composed attention", gru, clip_and_adam},
          {"translate-transformer", "matmul, softmax, matmul", training<attend_matmul>, clip_and_adam},
          {"translate-transformer", "baddbmm, softmax, bmm", training<attend_baddbmm>, clip_and_adam},
          {"translate-decode", "matmul, softmax, matmul", decoding<attend_matmul>},
          {"translate-decode", "baddbmm, softmax, bmm", decoding<attend_baddbmm>},
          {"translate-decode", "_scaled_dot_product_attention", decoding<attend_private>},
          {"speech", "nn::GRU, composed attention", listener, clip_and_adam}};
}

}  // namespace bench
