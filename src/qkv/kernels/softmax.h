#pragma once
#include <qkv/tensor/scalar.h>

// x, y, dx, dy: (outer, n, inner), normalised along n.

namespace qkv::kernels {

/// y = exp(x - max x) / sum exp(x - max x); all 0 where every x is -inf.
void softmax(const Scalar* x, Index outer, Index n, Index inner, Scalar* y);
/// dx = y (dy - sum dy y).
void softmax_gradient(const Scalar* dy, const Scalar* y, Index outer, Index n, Index inner, Scalar* dx);
/// y = (x - max x) - log sum exp(x - max x). The order matters: max x may be large and the rest small. All -inf where every x is -inf.
void log_softmax(const Scalar* x, Index outer, Index n, Index inner, Scalar* y);
/// dx = dy - exp(y) sum dy.
void log_softmax_gradient(const Scalar* dy, const Scalar* y, Index outer, Index n, Index inner, Scalar* dx);

}  // namespace qkv::kernels
