#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv {

enum class Reduction { mean, sum, none };

struct CrossEntropyOptions {
  Index ignore_index = -100;   ///< targets equal to it do not count
  double label_smoothing = 0;  ///< e: the target gets 1 - e, and e is spread over all classes
  Reduction reduction = Reduction::mean;
};

/// How surprised the model is by the right class: -log softmax(logits)[target], in nats.
/// logits (N, C) or (N, C, T) with class axis 1, target (N) or (N, T); the mean is over the targets that count.
/// A chance guess over C classes costs log C.  Throws Error if shapes do not fit, a target is outside [0, C), or (mean) no target counts.
Tensor cross_entropy(const Tensor& logits, const Indices& target, const CrossEntropyOptions& options = {});

/// Mean of (x - target)^2 over all numbers.
Tensor mse_loss(const Tensor& x, const Tensor& target);

/// Share of rows of logits (..., C) whose largest entry is the target (...): 0 to 1. Not differentiable.
double accuracy(const Tensor& logits, const Indices& target);

}  // namespace qkv
