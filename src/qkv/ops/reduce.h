#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv {

/// Over the given axes, or all. They are dropped, or keep size 1 with keepdim.  Throws Error if there is no such axis or one comes twice.
/// The mean divides by the count. max, min and mean throw Error over no numbers. Gradients of max and min go to the first of equal ones.
Tensor sum(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false);
Tensor mean(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false);
Tensor max(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false);
Tensor min(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false);
/// Variance: sum (x - mean)^2 / (n - correction) over n numbers / its square root (torch.std), whose gradient is 0 where it is 0. A
/// correction of 0 gives the biased versions.  Throw Error unless 0 <= correction < n.
Tensor var(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false, double correction = 1);
Tensor stdev(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false, double correction = 1);
/// sqrt(sum x^2), without overflow for any size of x. The gradient of a vector of zeros is 0.
Tensor norm(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false);
/// log sum exp(x), without overflow for any size of x. Where every x is -inf it is -inf, and the gradient is 0.
Tensor logsumexp(const Tensor& x, const Axes& axes = Axes::all(), Flag keepdim = false);

/// Entropy, how spread weights are: H = -sum_i p_i log p_i along `axis`, which is dropped, in nats; 0 log 0 is 0.  Shannon 1948, §6.
/// For weights that sum to 1, H goes from 0 (all weight on one place) to log n (equal weights). exp(H) is the effective number of places:
/// m equal weights give m.
/// A weight of exactly 0 gets gradient 0, not infinity. NaN for a negative weight.  Throws Error if there is no such axis.
Tensor entropy(const Tensor& p, Integer axis = -1);

}  // namespace qkv
