#pragma once
#include <qkv/tensor/tensor.h>

// Functions of a single number, applied to each: (any shape) -> (same shape).

namespace qkv {

Tensor exp(const Tensor& x);
/// Natural logarithm: -inf at 0, NaN below. / log(1 + x), right to the last digits near 0.
Tensor log(const Tensor& x);
Tensor log1p(const Tensor& x);
Tensor sqrt(const Tensor& x);
/// |x|. The gradient at 0 is 0.
Tensor abs(const Tensor& x);
/// Of an angle in radians.
Tensor sin(const Tensor& x);
Tensor cos(const Tensor& x);
Tensor tanh(const Tensor& x);
/// 1 / (1 + exp(-x)).
Tensor sigmoid(const Tensor& x);
/// max(x, 0). The gradient at 0 is 0. / The same, but slope x below 0, whose gradient at 0 is the slope.
Tensor relu(const Tensor& x);
Tensor leaky_relu(const Tensor& x, double slope = 0.01);
/// log(1 + exp(x)): a relu without the corner.
Tensor softplus(const Tensor& x);
/// x sigmoid(x), called swish too.  Hendrycks and Gimpel 2016; Ramachandran et al. 2017.
Tensor silu(const Tensor& x);

enum class Gelu { erf, tanh };
/// x times the probability that a normal number is below x (Hendrycks and Gimpel 2016): exact by erf, or their tanh approximation.
Tensor gelu(const Tensor& x, Gelu form = Gelu::erf);

}  // namespace qkv
