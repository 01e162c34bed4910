#pragma once
#include <qkv/tensor/tensor.h>

// How learned numbers start. They are random, so that no two units are alike. They are small enough that sums over many inputs stay near
// size one.

namespace qkv::nn {

/// Uniform in +-1/sqrt(fan_in): what PyTorch gives linear and recurrent layers.
Tensor fan_in_uniform(const Shape& shape, Integer fan_in, Rng& rng);

/// A matrix (out, in), uniform in +-sqrt(6 / (in + out)): keeps the variance both forwards and backwards.  Glorot and Bengio 2010, eq. 16.
Tensor xavier_uniform(const Shape& shape, Rng& rng);

/// A random orthogonal matrix (n, n), Q Q^T = 1: it rotates and reflects, and keeps every length. All its eigenvalues lie on the circle |z|
/// = 1, so a vector multiplied by it many times neither vanishes nor explodes.  Saxe et al. 2014.  Throws Error unless n > 0.
Tensor orthogonal(Integer n, Rng& rng);

}  // namespace qkv::nn
