#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv {

/// Over the given axes, or all of them. They disappear, or keep size 1 with keepdim.  Throws Error if there is no such axis or one comes twice.
/// The mean divides by the count. max, min and mean throw Error over nothing; the gradient of max and min goes to the first of equal ones.
Tensor sum(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false);
Tensor mean(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false);
Tensor max(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false);
Tensor min(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false);
/// sum (x - mean)^2 / (n - correction) over n numbers / its square root (torch.std), whose gradient is 0 where it is 0. A correction of 0 gives the
/// biased ones.  Throw Error unless 0 <= correction < n.
Tensor var(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false, double correction = 1);
Tensor stdev(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false, double correction = 1);
/// sqrt(sum x^2), for any size of x; the gradient of a vector of zeros is 0.
Tensor norm(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false);
/// log sum exp(x), for any size of x. Where every x is -inf it is -inf, and the gradient 0.
Tensor logsumexp(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false);

}  // namespace qkv
