#include <bench/ours.h>

namespace bench {
namespace {

using qkv::Index;
using qkv::Tensor;
using qkv::nn::Linear;

std::function<Tensor()> mlp(Ours& from) {
  std::vector<Tensor> weight, bias;
  for (const char* i : {"0", "1", "2"}) {
    weight.push_back(from.tensor(std::string("weight.") + i));
    bias.push_back(from.tensor(std::string("bias.") + i));
  }
  Tensor x = from.tensor("x");
  qkv::Indices classes = from.indices("class");
  return [=] {
    Tensor h = qkv::relu(qkv::linear(x, weight[0], bias[0]));
    h = qkv::relu(qkv::linear(h, weight[1], bias[1]));
    return qkv::cross_entropy(qkv::linear(h, weight[2], bias[2]), classes);
  };
}

/// One block of the language model: x += proj(attention(norm1(x))), x += down(gelu(up(norm2(x)))).
struct Block {
  Tensor norm1, qkv, proj, norm2, up, down;

  Block(Ours& from, const std::string& layer)
      : norm1(from.tensor("norm1." + layer)),
        qkv(from.tensor("qkv." + layer)),
        proj(from.tensor("proj." + layer)),
        norm2(from.tensor("norm2." + layer)),
        up(from.tensor("up." + layer)),
        down(from.tensor("down." + layer)) {}
  Tensor operator()(const Tensor& x, const qkv::AttentionOptions& causal) const {
    const qkv::Shape width{x.size(-1)};
    Tensor h = x + qkv::linear(qkv::multi_head_attention(qkv::linear(qkv::layer_norm(x, width, norm1), qkv), 4, causal), proj);
    return h + qkv::linear(qkv::gelu(qkv::linear(qkv::layer_norm(h, width, norm2), up)), down);
  }
};

std::function<Tensor()> gpt(Ours& from) {
  std::vector<Block> blocks;
  for (const char* layer : {"0", "1", "2", "3"}) blocks.emplace_back(from, layer);
  Tensor token = from.tensor("token"), position = from.tensor("position"), norm = from.tensor("norm");
  qkv::Indices tokens = from.indices("tokens"), next = from.indices("next");
  qkv::AttentionOptions causal;
  causal.causal = true;
  return [=] {
    Tensor x = qkv::embedding(tokens, token) + position;  // (B, T, d)
    for (const Block& block : blocks) x = block(x, causal);
    Tensor logits = qkv::linear(qkv::layer_norm(x, {x.size(-1)}, norm), token);
    return qkv::cross_entropy(qkv::reshape(logits, {next.shape[0], -1}), next);
  };
}

std::function<Tensor()> vit(Ours& from) {
  qkv::Rng rng;
  qkv::nn::TransformerOptions options;
  options.norm_first = true;
  options.activation = qkv::nn::Activation::gelu;
  std::vector<qkv::nn::TransformerEncoderLayer> layers;
  for (const char* prefix : {"0.", "1."}) {
    layers.emplace_back(64, 4, 256, rng, options);
    from.load(layers.back(), prefix);
  }
  Linear patch(49, 64, rng), head(64, 10, rng);
  from.load(patch, "patch.");
  from.load(head, "head.");
  Tensor images = from.tensor("images"), position = from.tensor("position");
  qkv::Indices classes = from.indices("class");
  return [=] {
    Tensor cut = qkv::permute(qkv::reshape(images, {64, 4, 7, 4, 7}), {0, 1, 3, 2, 4});
    Tensor x = patch(qkv::reshape(cut, {64, 16, 49})) + position;
    for (const auto& layer : layers) x = layer(x);
    return qkv::cross_entropy(head(qkv::mean(x, 1)), classes);
  };
}

std::function<void()> adam(const std::vector<Tensor>& parameters) {
  auto optimizer = std::make_shared<qkv::optim::Adam>(parameters, 1e-3);
  return [=] { optimizer->step(); };
}

std::function<void()> clip_and_adamw(const std::vector<Tensor>& parameters) {
  auto optimizer = std::make_shared<qkv::optim::AdamW>(parameters, 1e-3);
  return [=] {
    qkv::optim::clip_grad_norm(parameters, 1.0);
    optimizer->step();
  };
}

}  // namespace

std::vector<OursForm> ours_models() {
  return {{"gpt", "model", gpt, clip_and_adamw}, {"mlp", "model", mlp, adam}, {"vit", "model", vit, adam}};
}

}  // namespace bench
