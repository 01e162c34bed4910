#pragma once
#include <qkv/tensor/tensor.h>

// Which of two numbers, number by number, shapes broadcast by NumPy's rule.  All throw Error if the shapes do not fit.

namespace qkv {

/// A mask that is true where it holds; of NaN only != does. x > 0, 1 <= x and x == y work alike. The marks know nothing of gradients.
Mask operator<(const Tensor& x, const Tensor& y);
Mask operator<=(const Tensor& x, const Tensor& y);
Mask operator>(const Tensor& x, const Tensor& y);
Mask operator>=(const Tensor& x, const Tensor& y);
Mask operator==(const Tensor& x, const Tensor& y);
Mask operator!=(const Tensor& x, const Tensor& y);

/// x where the mask is true, y elsewhere. Each gradient goes to the number that was taken.
Tensor where(const Mask& mask, const Tensor& x, const Tensor& y);
/// The larger / smaller of two numbers, NaN if one is. Where they are equal, each gets half of the gradient.
Tensor maximum(const Tensor& x, const Tensor& y);
Tensor minimum(const Tensor& x, const Tensor& y);
/// x, but low below low and high above high; either may be infinite. NaN stays. The gradient is 1 from low to high, both included, and 0 beyond.
/// Throws Error unless low <= high.
Tensor clamp(const Tensor& x, double low, double high);

}  // namespace qkv
