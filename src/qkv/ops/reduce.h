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

/// How spread weights are: H = -sum_i p_i log p_i along `axis`, which disappears, in nats; 0 log 0 is 0.  Shannon 1948, §6.
/// Weights that sum to 1 have H from 0 (all on one place) to log n (the same on all n), and exp(H) says on how many places they lie:
/// m equal weights give m.
/// A weight of exactly 0 gets gradient 0, not infinity. NaN for a negative weight.  Throws Error if there is no such axis.
Tensor entropy(const Tensor& p, Integer axis = -1);

}  // namespace qkv
