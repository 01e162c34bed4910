#pragma once
#include <qkv/tensor/tensor.h>

// Functions applied to each number: (any shape) -> (same shape).

namespace qkv {

Tensor exp(const Tensor& x);
/// Natural logarithm: -inf at 0, NaN for negative numbers. / log(1 + x), accurate to the last digits near 0.
Tensor log(const Tensor& x);
Tensor log1p(const Tensor& x);
Tensor sqrt(const Tensor& x);
/// |x|. The gradient at 0 is 0.
Tensor abs(const Tensor& x);
/// x is an angle in radians.
Tensor sin(const Tensor& x);
Tensor cos(const Tensor& x);
Tensor tanh(const Tensor& x);
/// 1 / (1 + exp(-x)).
Tensor sigmoid(const Tensor& x);
/// max(x, 0). The gradient at 0 is 0. / The same for x > 0, but slope x below 0. The gradient at 0 is the slope.
Tensor relu(const Tensor& x);
Tensor leaky_relu(const Tensor& x, double slope = 0.01);
/// log(1 + exp(x)): a smooth relu.
Tensor softplus(const Tensor& x);
/// x sigmoid(x), also called swish.  Hendrycks and Gimpel 2016; Ramachandran et al. 2017.
Tensor silu(const Tensor& x);

enum class Gelu { erf, tanh };
/// x times the probability that a standard normal number is below x (Hendrycks and Gimpel 2016): exact by erf, or their tanh approximation.
Tensor gelu(const Tensor& x, Gelu form = Gelu::erf);

}  // namespace qkv
