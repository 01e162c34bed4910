#pragma once
#include "../compare.h"
#include "../gradient_check.h"

#include <qkv/nn/module.h>

// What the tests of all layers share.

namespace qkv {

/// Every parameter normal(0, 0.5): no zeros and ones behind which a mistake could hide.
inline void randomise(const nn::Module& module, Rng& rng) {
  for (Tensor& parameter : module.parameters()) parameter.copy_from(randn(parameter.shape(), rng, 0, 0.5));
}

/// The inputs and a layer's parameters: all that a gradient check should move.
inline std::vector<Tensor> with_parameters(std::vector<Tensor> inputs, const nn::Module& module) {
  for (const Tensor& parameter : module.parameters()) inputs.push_back(parameter);
  return inputs;
}

/// "weight (2, 3), bias (2,)": what a module learns.
inline std::string names(const nn::Module& module) {
  std::string result;
  for (const auto& [name, value] : module.named_parameters()) result += (result.empty() ? "" : ", ") + name + " " + value.shape().text();
  return result;
}

}  // namespace qkv
