#pragma once
#include <qkv/tensor/tensor.h>

// Elementwise comparison; shapes are broadcast by NumPy's rule.  All throw Error if the shapes do not fit.

namespace qkv {

/// A mask that is true where the comparison holds; with NaN only != holds. x > 0, 1 <= x and x == y all work. A mask has no gradient.
Mask operator<(const Tensor& x, const Tensor& y);
Mask operator<=(const Tensor& x, const Tensor& y);
Mask operator>(const Tensor& x, const Tensor& y);
Mask operator>=(const Tensor& x, const Tensor& y);
Mask operator==(const Tensor& x, const Tensor& y);
Mask operator!=(const Tensor& x, const Tensor& y);

/// x where the mask is true, y elsewhere. The gradient goes to the number that was chosen.
Tensor where(const Mask& mask, const Tensor& x, const Tensor& y);
/// The larger / smaller of two numbers; NaN if either is NaN. Where they are equal, each gets half of the gradient.
Tensor maximum(const Tensor& x, const Tensor& y);
Tensor minimum(const Tensor& x, const Tensor& y);
/// Limits x to [low, high]; either bound may be infinite. NaN stays NaN. The gradient is 1 from low to high, both included, and 0 outside.
/// Throws Error unless low <= high.
Tensor clamp(const Tensor& x, double low, double high);

}  // namespace qkv
