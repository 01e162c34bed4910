#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv::optim {

/// Keeps a step from leaping: all gradients together are one long vector; if it is longer than max_norm, it is scaled to that length:
/// g <- g min(1, max_norm / (norm + 1e-6)).  Pascanu et al. 2013, algorithm 1.
/// Parameters without a gradient are passed over, and one given twice counts once. Returns the norm before; with an infinite max_norm nothing else happens.
/// Throws Error unless max_norm > 0, and if a gradient is not finite: then nothing was changed.
double clip_grad_norm(const Tensors& parameters, double max_norm);

}  // namespace qkv::optim
