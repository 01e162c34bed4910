#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv::optim {

/// Limits the size of a step. All gradients together form one vector; if it is longer than max_norm, it is scaled to that length:
/// g <- g min(1, max_norm / (norm + 1e-6)).  Pascanu et al. 2013, algorithm 1.
/// Skips parameters without a gradient, and counts one given twice once. Returns the norm before; an infinite max_norm changes nothing.
/// Throws Error unless max_norm > 0, and if a gradient is not finite: in either case nothing was changed.
double clip_grad_norm(const Tensors& parameters, double max_norm);

}  // namespace qkv::optim
