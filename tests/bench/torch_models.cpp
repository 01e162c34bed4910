#include <bench/torch.h>

namespace bench {
namespace {

/// (B, T, 3 d), queries, keys and values side by side -> attention of each head -> (B, T, d).
template <Attend attend>
at::Tensor self_attention(const at::Tensor& qkv, std::int64_t heads, const at::Tensor& mask) {
  const std::int64_t B = qkv.size(0), T = qkv.size(1), d = qkv.size(2) / 3;
  std::vector<at::Tensor> parts = qkv.split(d, 2);
  for (at::Tensor& part : parts) part = part.view({B, T, heads, d / heads}).transpose(1, 2);
  return attend(parts[0], parts[1], parts[2], mask).transpose(1, 2).reshape({B, T, d});
}

std::function<at::Tensor()> mlp(Torch& from) {
  std::vector<at::Tensor> weight, bias;
  for (const char* i : {"0", "1", "2"}) {
    weight.push_back(from.tensor(std::string("weight.") + i));
    bias.push_back(from.tensor(std::string("bias.") + i));
  }
  at::Tensor x = from.tensor("x"), classes = from.indices("class");
  return [=] {
    at::Tensor h = at::relu(at::linear(x, weight[0], bias[0]));
    h = at::relu(at::linear(h, weight[1], bias[1]));
    return at::cross_entropy_loss(at::linear(h, weight[2], bias[2]), classes);
  };
}

struct Block {
  at::Tensor norm1, qkv, proj, norm2, up, down;

  Block(Torch& from, const std::string& layer)
      : norm1(from.tensor("norm1." + layer)),
        qkv(from.tensor("qkv." + layer)),
        proj(from.tensor("proj." + layer)),
        norm2(from.tensor("norm2." + layer)),
        up(from.tensor("up." + layer)),
        down(from.tensor("down." + layer)) {}
  template <Attend attend>
  at::Tensor run(const at::Tensor& x, const at::Tensor& mask) const {
    const std::int64_t d = x.size(-1);
    at::Tensor h = x + at::linear(self_attention<attend>(at::linear(at::layer_norm(x, {d}, norm1), qkv), 4, mask), proj);
    return h + at::linear(at::gelu(at::linear(at::layer_norm(h, {d}, norm2), up)), down);
  }
};

template <Attend attend>
std::function<at::Tensor()> gpt(Torch& from) {
  std::vector<Block> blocks;
  for (const char* layer : {"0", "1", "2", "3"}) blocks.emplace_back(from, layer);
  at::Tensor token = from.tensor("token"), position = from.tensor("position"), norm = from.tensor("norm");
  at::Tensor tokens = from.indices("tokens"), next = from.indices("next"), mask = causal_scores(tokens.size(1));
  return [=] {
    at::Tensor x = at::embedding(token, tokens) + position;
    for (const Block& block : blocks) x = block.run<attend>(x, mask);
    at::Tensor logits = at::linear(at::layer_norm(x, {x.size(-1)}, norm), token);
    return at::cross_entropy_loss(logits.view({-1, logits.size(-1)}), next);
  };
}

struct Encoder {
  std::map<std::string, at::Tensor> w;

  Encoder(Torch& from, const std::string& layer) {
    for (const char* part : {"self_attn.in_proj_", "self_attn.out_proj.", "linear1.", "linear2.", "norm1.", "norm2."})
      for (const char* kind : {"weight", "bias"}) w[std::string(part) + kind] = from.tensor(layer + part + kind);
  }
  at::Tensor linear(const at::Tensor& x, const std::string& name) const {
    return at::linear(x, w.at(name + "weight"), w.at(name + "bias"));
  }
  at::Tensor norm(const at::Tensor& x, const std::string& name) const {
    return at::layer_norm(x, {x.size(-1)}, w.at(name + "weight"), w.at(name + "bias"));
  }
  template <Attend attend>
  at::Tensor run(const at::Tensor& x) const {
    at::Tensor qkv = linear(norm(x, "norm1."), "self_attn.in_proj_");
    at::Tensor h = x + linear(self_attention<attend>(qkv, 4, {}), "self_attn.out_proj.");
    return h + linear(at::gelu(linear(norm(h, "norm2."), "linear1.")), "linear2.");
  }
};

template <Attend attend>
std::function<at::Tensor()> vit(Torch& from) {
  std::vector<Encoder> layers{Encoder(from, "0."), Encoder(from, "1.")};
  at::Tensor patch = from.tensor("patch.weight"), patch_bias = from.tensor("patch.bias"), position = from.tensor("position");
  at::Tensor head = from.tensor("head.weight"), head_bias = from.tensor("head.bias"), images = from.tensor("images"),
             classes = from.indices("class");
  return [=] {
    at::Tensor cut = images.view({64, 4, 7, 4, 7}).permute({0, 1, 3, 2, 4}).reshape({64, 16, 49});
    at::Tensor x = at::linear(cut, patch, patch_bias) + position;
    for (const Encoder& layer : layers) x = layer.run<attend>(x);
    return at::cross_entropy_loss(at::linear(x.mean(1), head, head_bias), classes);
  };
}

std::function<void()> adam(const std::vector<at::Tensor>& parameters) {
  auto optimizer = std::make_shared<torch::optim::Adam>(parameters, torch::optim::AdamOptions(1e-3));
  return [=] { optimizer->step(); };
}

std::function<void()> clip_and_adamw(const std::vector<at::Tensor>& parameters) {
  auto optimizer = std::make_shared<torch::optim::AdamW>(parameters, torch::optim::AdamWOptions(1e-3));
  return [=] {
    torch::nn::utils::clip_grad_norm_(parameters, 1.0);
    optimizer->step();
  };
}

}  // namespace

std::vector<TorchForm> torch_models() {
  return {{"gpt", "matmul, softmax, matmul", gpt<attend_matmul>, clip_and_adamw},
          {"gpt", "baddbmm, softmax, bmm", gpt<attend_baddbmm>, clip_and_adamw},
          {"gpt", "_scaled_dot_product_attention", gpt<attend_private>, clip_and_adamw},
          {"mlp", "model", mlp, adam},
          {"vit", "matmul, softmax, matmul", vit<attend_matmul>, adam},
          {"vit", "_scaled_dot_product_attention", vit<attend_private>, adam}};
}

}  // namespace bench
