#pragma once
#include <qkv/tensor/tensor.h>

#include <functional>

// How strongly does a result depend on each step of a sequence? The derivative for each step, and how its size changes with distance.

namespace qkv::nn {

/// `count` copies of a sequence (T, in): a new leaf (count, T, in) that requires a gradient.  Throws Error unless count > 0 and T > 0.
Tensor copies_of(const Tensor& sequence, Integer count);

/// The derivative of each output with respect to each number of each step: (outputs, T, in).
/// `model` maps a batch (B, T, in) to (B, outputs), each row independently. One backward pass is enough: the batch is `outputs` copies of
/// the sequence, and copy i asks for the gradient of output i. The pass also adds gradients to the weights' grad().
///     Tensor J = jacobian([&](const Tensor& x) { return select(rnn(x).output, 1, -1); }, sequence, hidden);
/// Throws Error if the model's result has another shape.
Tensor jacobian(const std::function<Tensor(const Tensor&)>& model, const Tensor& sequence, Integer outputs);

/// One length for each distance k = 0 ... T - 1 from the last step, from a gradient or Jacobian (B, T, in): |d y / d x_(T-k)| (Frobenius),
/// the root of the sum of squares over rows and features.  Throws Error unless there are three axes.
std::vector<double> norm_at_distance(const Tensor& gradient);

/// How the influence of a step changes with distance: norm_at_distance of the Jacobian, divided by its first value, which belongs to the
/// last step.
std::vector<double> reach(const std::function<Tensor(const Tensor&)>& model, const Tensor& sequence, Integer outputs);

}  // namespace qkv::nn
