#pragma once
#include <qkv/qkv.h>

// A stack of untrained layers, wired in four ways, for section 6: the lesson measures it, and so do the answers to the exercises.

using namespace qkv;

namespace {

/// Four ways to wire a part of a layer: what stands around it?
struct Wiring {
  const char* name;
  bool norm_before, residual, norm_after;
};
constexpr Wiring wirings[] = {{"neither", false, false, false},
                              {"norm alone", false, false, true},
                              {"residual, post-norm", false, true, true},
                              {"residual, pre-norm", true, true, false}};

/// What comes out of the first `count` layers, wired in one of these ways.
Tensor through(const std::vector<nn::TransformerEncoderLayer>& layers, Index count, const Wiring& wiring, Tensor x) {
  for (Index i = 0; i < count; ++i)
    for (bool attends : {true, false}) {
      const nn::TransformerEncoderLayer& layer = layers[i];
      const nn::LayerNorm& norm = attends ? layer.norm1 : layer.norm2;
      Tensor from = wiring.norm_before ? norm(x) : x;
      Tensor found = attends ? layer.self_attn(from).output : layer.linear2(relu(layer.linear1(from)));
      if (wiring.residual) found = x + found;
      x = wiring.norm_after ? norm(found) : found;
    }
  return x;
}

double length(const Tensor& x) { return sqrt(sum(x * x).item()); }

/// How different the tokens of (1, T, d) are: 1 as different as can be, 0 all the same vector.
double spread(const Tensor& y) { return length(y - mean(y, 1, true)) / length(y); }

/// Six random tokens of width 16 behind so many fresh layers: how much of a gradient of length 1 arrives at the input, and how different the
/// tokens still are.
struct Passed {
  double gradient, spread;
};
struct Stack {
  std::vector<nn::TransformerEncoderLayer> layers;
  Tensor x, upstream;

  explicit Stack(std::uint64_t seed, Index count = 32) {
    Rng rng(seed);
    for (Index i = 0; i < count; ++i) layers.push_back({16, 2, 32, rng});
    const Shape tokens{1, 6, 16};
    x = randn(tokens, rng);
    Tensor r = randn(tokens, rng);
    upstream = r * (1 / length(r));
    x.requires_grad(true);
  }
  Passed operator()(Index count, const Wiring& wiring) {
    Tensor y = through(layers, count, wiring, x);
    x.zero_grad();
    y.backward(upstream);
    return {optim::clip_grad_norm({x}, infinity), spread(y)};  // changes nothing, and measures in double: 32 layers of "neither" need it
  }
};

}  // namespace
