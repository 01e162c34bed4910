#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv {

enum class Reduction { mean, sum, none };

struct CrossEntropyOptions {
  Index ignore_index = -100;   ///< targets equal to it do not count
  double label_smoothing = 0;  ///< e: the target gets 1 - e, and e is spread over all classes
  Reduction reduction = Reduction::mean;
  Tensor weight{};  ///< (C): how much each class counts; undefined = all alike. Constant: no gradient flows to it
};

/// The cross-entropy -log softmax(logits)[target], in nats: how surprised the model is by the right class.
/// logits (N, C) or (N, C, T) with class axis 1, target (N) or (N, T); the mean is over the targets that count.
/// With weights, q_c = (1 - e) w_target [c = target] + e / C w_c:  loss = -sum_c q_c log p_c, and the mean divides by the sum of w_target.
/// Uniform guessing over C classes costs log C.  Throws Error if shapes do not fit, a target is outside [0, C), or (mean) no target counts.
Tensor cross_entropy(const Tensor& logits, const Indices& target, const CrossEntropyOptions& options = {});
/// The same, given log p, such as log_softmax(logits, 1).
Tensor nll_loss(const Tensor& log_p, const Indices& target, const CrossEntropyOptions& options = {});

struct BinaryCrossEntropyOptions {
  Reduction reduction = Reduction::mean;
  Tensor weight{};      ///< of each number, broadcast; undefined = 1. The mean does not divide by it
  Tensor pos_weight{};  ///< of each target of 1, broadcast; undefined = 1
};

/// -weight (pos_weight target log p + (1 - target) log(1 - p)), p = sigmoid(x), for any size of x. target is from 0 to 1 and of x's shape.
/// Throws Error if the shapes do not fit, or (mean) there are no numbers.
Tensor binary_cross_entropy_with_logits(const Tensor& x, const Tensor& target, const BinaryCrossEntropyOptions& options = {});

/// Mean of (x - target)^2 over all numbers.
Tensor mse_loss(const Tensor& x, const Tensor& target);

/// Accuracy, 0 to 1: the share of rows of logits (..., C) whose largest entry is the target (...). Not differentiable.
double accuracy(const Tensor& logits, const Indices& target);

}  // namespace qkv
