#pragma once
#include <qkv/qkv.h>

// Section 7: attention that learns how far to look. Sukhbaatar et al. 2019, "Adaptive Attention Span in Transformers".

using namespace qkv;

constexpr Index longest = 64;

/// Weights over the distances 0, 1, ... 63 back: softmax of learned scores, times a mask that is 1 up to the span z and falls to 0 within
/// `ramp` places.
struct Span : nn::Module {
  static constexpr double ramp = 4;
  bool learned;
  Parameter scores, z;

  Span(bool learned_, double start) : learned(learned_), scores(add_parameter("scores", zeros({longest}))), z(full({1}, start)) {
    if (learned) add_parameter("z", z);
  }
  Tensor mask() const { return relu(1 - relu(1 - (z + ramp - arange(longest)) / ramp)); }  // between 0 and 1
  Tensor operator()() const {
    const Tensor weights = softmax(scores) * mask();
    return weights / sum(weights);
  }
  /// Distances that are computed: those where the mask is not 0.
  Index width() const {
    Index count = 0;
    const Tensor m = mask();
    for (Index r = 0; r < longest; ++r) count += m.at({r}) > 0;
    return count;
  }
};

/// What is wanted at each place: the mean of the last k numbers, plus noise. x (N, longest) holds the newest number first.
inline double learn_span(const Span& span, Index k, double price, Index steps, Rng& rng) {
  const double rate = 0.2;
  optim::Adam adam(span.parameters(), rate);
  const auto wanted = [&](const Tensor& x) { return mean(slice(x, 1, 0, k), 1); };
  for (Index step = 0; step < steps; ++step) {
    adam.lr = rate * static_cast<double>(steps - step) / static_cast<double>(steps);
    const Tensor x = randn({64, longest}, rng);
    Tensor loss = mse_loss(matmul(x, span()), wanted(x)) + price * sum(span.z) / static_cast<double>(longest);
    adam.zero_grad();
    loss.backward();
    adam.step();
  }
  NoGrad no_graph;
  const Tensor x = randn({2000, longest}, rng);
  return mse_loss(matmul(x, span()), wanted(x)).item();
}
