#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv {

/// Scores to weights along `axis`: y_i = exp(x_i - max x) / sum_j exp(x_j - max x). They are positive and sum to 1; equal scores get equal
/// weights. Where every score is -inf (nothing may be attended to) the weights and their gradient are 0, not NaN.
Tensor softmax(const Tensor& x, Integer axis = -1);
/// log of the softmax, computed directly: x_i - max x - log sum_j exp(x_j - max x).
Tensor log_softmax(const Tensor& x, Integer axis = -1);

}  // namespace qkv
