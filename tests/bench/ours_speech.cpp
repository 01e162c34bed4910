#include <bench/ours.h>

namespace bench {
namespace {

using qkv::Tensor;

/// Lesson 69's listener: frames of sound in, digits out.
std::function<Tensor()> listener(Ours& from) {
  const Tensor frames = from.tensor("frames");
  qkv::Rng rng;
  const qkv::nn::Encoder encoder = [&] {
    qkv::nn::Encoder layer(frames.size(2), 64, rng);
    from.load(layer, "encoder.");
    return layer;
  }();
  const qkv::nn::Decoder decoder = [&] {
    qkv::nn::Decoder layer(14, 32, 128, 128, rng);
    from.load(layer, "decoder.");
    return layer;
  }();
  const qkv::Indices input = from.indices("input"), target = from.indices("target");
  return [=] { return decoder.loss(input, target, encoder(frames)); };
}

std::function<void()> clip_and_adam(const std::vector<Tensor>& parameters) {
  auto optimizer = std::make_shared<qkv::optim::Adam>(parameters, 1e-3);
  return [=] {
    qkv::optim::clip_grad_norm(parameters, 1.0);
    optimizer->step();
  };
}

}  // namespace

std::vector<OursForm> ours_speech() { return {{"speech", "nn::Encoder, nn::Decoder", listener, clip_and_adam}}; }

}  // namespace bench
