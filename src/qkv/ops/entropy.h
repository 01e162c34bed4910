#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv {

/// How spread weights are: H = -sum_i p_i log p_i along `axis`, which disappears, in nats; 0 log 0 is 0.  Shannon 1948, §6.
/// Weights that sum to 1 have H from 0 (all on one place) to log n (the same on all n), and exp(H) says on how many places they lie:
/// m equal weights give m.
/// A weight of exactly 0 gets gradient 0, not infinity. NaN for a negative weight.  Throws Error if there is no such axis.
Tensor entropy(const Tensor& p, Integer axis = -1);

}  // namespace qkv
