#pragma once
#include <qkv/nn/linear.h>

// Two small modules whose parameters a test can count.

namespace small {

using namespace qkv;

/// Two layers under their names, and a number of its own: first.weight (2, 3), first.bias (2), second.weight (1, 2), scale ().
struct Pair : nn::Module {
  nn::Linear first, second;
  Parameter scale;

  explicit Pair(Rng& rng) : first(3, 2, rng), second(2, 1, rng, false), scale(add_parameter("scale", ones({}))) {
    adopt("first", first);
    adopt("second", second);
  }
  void register_again() { adopt("first", first); }
};

/// Words in, scores of words out, by one table, as in GPT.
struct Tied : nn::Module {
  nn::Embedding embed;
  nn::Linear head;

  explicit Tied(Rng& rng) : embed(4, 3, rng), head(embed.weight) {
    adopt("embed", embed);
    adopt("head", head);
  }
  Tensor operator()(const Indices& words) const { return head(embed(words)); }
};

}  // namespace small
