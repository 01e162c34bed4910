#include <bench/torch.h>

#include <cmath>

namespace bench {
namespace {

std::function<at::Tensor()> listener(Torch& from) {
  const at::Tensor frames = from.tensor("frames"), E = from.tensor("decoder.embedding.weight"), bias = from.tensor("decoder.bias");
  torch::nn::GRU encoder(torch::nn::GRUOptions(frames.size(2), 64).batch_first(true).bidirectional(true));
  torch::nn::GRU decoder(torch::nn::GRUOptions(32, 128).batch_first(true));
  from.load(*encoder, "encoder.gru.");
  from.load(*decoder, "decoder.gru.");
  const at::Tensor start = from.tensor("decoder.start.weight"), start_bias = from.tensor("decoder.start.bias");
  const at::Tensor v = from.tensor("decoder.attention.v"), W1 = from.tensor("decoder.attention.W1.weight"),
                   W2 = from.tensor("decoder.attention.W2.weight");
  const at::Tensor combine = from.tensor("decoder.combine.weight"), combine_bias = from.tensor("decoder.combine.bias");
  const at::Tensor input = from.indices("input"), target = from.indices("target");
  return [=]() mutable {
    auto [memory, last] = encoder(frames);
    at::Tensor summary = at::cat({last[0], last[1]}, 1);
    at::Tensor h = at::tanh(at::linear(summary, start, start_bias)).unsqueeze(0);
    at::Tensor states = std::get<0>(decoder(at::embedding(E, input) * std::sqrt(32.0), h));
    at::Tensor q = at::linear(states, W1).unsqueeze(2), k = at::linear(memory, W2).unsqueeze(1);
    at::Tensor context = at::bmm(at::softmax(at::matmul(at::tanh(q + k), v), -1), memory);
    at::Tensor output = at::tanh(at::linear(at::cat({states, context}, 2), combine, combine_bias));
    return at::cross_entropy_loss(at::linear(output, E, bias).view({-1, 14}), target.view({-1}), {}, at::Reduction::Mean, 0);
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

std::vector<TorchForm> torch_speech() { return {{"speech", "nn::GRU, composed attention", listener, clip_and_adam}}; }

}  // namespace bench
