#pragma once
#include <qkv/tensor/tensor.h>

// Functions of a single number, applied to each: (any shape) -> (same shape).

namespace qkv {

Tensor exp(const Tensor& x);
/// Natural logarithm: -inf at 0, NaN below.
Tensor log(const Tensor& x);
Tensor sqrt(const Tensor& x);
Tensor tanh(const Tensor& x);
/// 1 / (1 + exp(-x)).
Tensor sigmoid(const Tensor& x);
/// max(x, 0). The gradient at 0 is 0.
Tensor relu(const Tensor& x);

enum class Gelu { erf, tanh };
/// x times the probability that a normal number is below x (Hendrycks and Gimpel 2016): exact by erf, or their tanh approximation.
Tensor gelu(const Tensor& x, Gelu form = Gelu::erf);

}  // namespace qkv
