#include <bench/ours.h>

namespace bench {
namespace {

using qkv::Tensor;

template <class Layer>
std::function<Tensor()> recurrent(Ours& from) {
  qkv::Rng rng;
  qkv::nn::RecurrentOptions options;
  options.batch_first = false;
  Layer layer(64, 128, rng, options);
  from.load(layer);
  Tensor x = from.tensor("x");
  return [=] { return layer(x).output; };
}

}  // namespace

std::vector<OursForm> ours_recurrent() {
  return {{"rnn", "nn::RNN", recurrent<qkv::nn::RNN>}, {"lstm", "nn::LSTM", recurrent<qkv::nn::LSTM>}};
}

}  // namespace bench
