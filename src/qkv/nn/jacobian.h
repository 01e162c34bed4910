#pragma once
#include <qkv/tensor/tensor.h>

#include <functional>

// How far back does a result depend on a sequence? The derivative with respect to each step, and how its size falls or grows with distance.

namespace qkv::nn {

/// `count` equal copies of a sequence (T, in): a new leaf (count, T, in) that wants a gradient.  Throws Error unless count > 0 and T > 0.
Tensor copies_of(const Tensor& sequence, Integer count);

/// The derivative of each output with respect to each number of each step: (outputs, T, in).
/// `model` maps a batch (B, T, in) to (B, outputs), each row for itself. One pass back gives it all: the sequence is run `outputs` times,
/// as one batch, and copy i asks for the gradient of output i. What arrives at the weights meanwhile is added to their grad().
///     Tensor J = jacobian([&](const Tensor& x) { return select(rnn(x).output, 1, -1); }, sequence, hidden);
/// Throws Error if the model's result has another shape.
Tensor jacobian(const std::function<Tensor(const Tensor&)>& model, const Tensor& sequence, Integer outputs);

/// From a gradient or Jacobian (B, T, in) one length a distance from the last step, k = 0 ... T - 1: the root of the sum of squares over
/// rows and features, |d y / d x_(T-k)| (Frobenius).  Throws Error unless there are three axes.
std::vector<double> norm_at_distance(const Tensor& gradient);

/// How the influence of a step falls or grows with distance: norm_at_distance of the Jacobian, as multiples of its first, that of the last
/// step.
std::vector<double> reach(const std::function<Tensor(const Tensor&)>& model, const Tensor& sequence, Integer outputs);

}  // namespace qkv::nn
