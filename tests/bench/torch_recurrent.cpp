#include <bench/torch.h>

namespace bench {
namespace {

std::function<at::Tensor()> rnn(Torch& from) {
  torch::nn::RNN layer(64, 128);
  from.load(*layer);
  at::Tensor x = from.tensor("x");
  return [=]() mutable { return std::get<0>(layer(x)); };
}

std::function<at::Tensor()> lstm(Torch& from) {
  torch::nn::LSTM layer(64, 128);
  from.load(*layer);
  at::Tensor x = from.tensor("x");
  return [=]() mutable { return std::get<0>(layer(x)); };
}

}  // namespace

std::vector<TorchForm> torch_recurrent() { return {{"rnn", "nn::RNN", rnn}, {"lstm", "nn::LSTM", lstm}}; }

}  // namespace bench
