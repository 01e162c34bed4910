#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv {

/// Over all axes, to a single number.
Tensor sum(const Tensor& x);
Tensor mean(const Tensor& x);
Tensor max(const Tensor& x);

/// Over the given axes, which disappear, or keep size 1 with keepdim.  Throws Error if there is no such axis or one comes twice.
/// The mean divides by the count. max and mean throw Error over nothing; the gradient of max goes to the first of equal maxima.
Tensor sum(const Tensor& x, const Axes& axes, Flag keepdim = false);
Tensor mean(const Tensor& x, const Axes& axes, Flag keepdim = false);
Tensor max(const Tensor& x, const Axes& axes, Flag keepdim = false);

}  // namespace qkv
