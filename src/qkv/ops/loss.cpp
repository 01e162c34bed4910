#include <qkv/kernels/softmax.h>
#include <qkv/kernels/vector_math.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/elementwise.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/reduce.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <cmath>

namespace qkv {

/// With p = softmax(logits), q = (1 - e) onehot(target) + e / C:   loss = -sum_c q_c log p_c.   dlogits = p - q, at the target (p - 1) + (e - e / C),
/// where p - 1 is expm1(log p): p may be so near 1 that their difference would have lost its digits.
Tensor cross_entropy(const Tensor& logits, const Indices& target, const CrossEntropyOptions& options) {
  Shape shape = logits.shape();
  require(shape.rank() == 2 || shape.rank() == 3, "cross_entropy: logits ", shape, ": must be (N, C) or (N, C, T)");
  require(target.shape == shape.without(1), "cross_entropy: target ", target.shape, " for logits ", shape, ": must be ", shape.without(1));
  target.check("cross_entropy");
  require(options.label_smoothing >= 0 && options.label_smoothing <= 1, "cross_entropy: label_smoothing ", options.label_smoothing,
          ": must be from 0 to 1");
  AxisView view = view_along(shape, 1);
  Index classes = view.size, counted = 0;
  for (Index c : target.values) {
    if (c == options.ignore_index) continue;
    require(c >= 0 && c < classes, "cross_entropy: target ", c, " with ", classes, " classes: must be from 0 to ", classes - 1);
    ++counted;
  }
  require(counted > 0 || options.reduction != Reduction::mean, "cross_entropy: none of ", target.values.size(),
          " targets counts, so that there is no mean");

  Array log_p = empty_array(shape);
  kernels::log_softmax(logits.data(), view.outer, classes, view.inner, log_p.data());
  const double e = options.label_smoothing, spread = e / static_cast<double>(classes);
  const double count = options.reduction == Reduction::mean ? static_cast<double>(counted) : 1;
  bool each = options.reduction == Reduction::none;

  Array loss = full_array(each ? target.shape : Shape{}, 0);
  auto for_each_target = [=](auto use) {  // use(which target, place of its class 0)
    for (Index o = 0; o < view.outer; ++o)
      for (Index i = 0; i < view.inner; ++i)
        if (target.values[o * view.inner + i] != options.ignore_index) use(o * view.inner + i, o * classes * view.inner + i);
  };
  double total = 0;
  for_each_target([&](Index t, Index first) {
    const Scalar* row = log_p.data() + first;
    double surprise = e < 1 ? -(1 - e) * static_cast<double>(row[target.values[t] * view.inner]) : 0;  // never 0 times -inf
    if (e > 0) {
      double all = 0;
      for (Index c = 0; c < classes; ++c) all += static_cast<double>(row[c * view.inner]);
      surprise -= spread * all;
    }
    if (each) loss.data()[t] = static_cast<Scalar>(surprise);
    else total += surprise;
  });
  if (!each) loss.data()[0] = static_cast<Scalar>(total / count);

  auto dlogits = [=, log_p = std::move(log_p)](const Array& dloss) -> Array {
    Array dx = full_array(shape, 0), p = elementwise(log_p, kernels::exp);
    for_each_target([&](Index t, Index first) {
      const Scalar up = (each ? dloss.data()[t] : dloss.data()[0]) / static_cast<Scalar>(count);
      for (Index c = 0; c < classes; ++c) {
        Index at = first + c * view.inner;
        dx.data()[at] = up * (p.data()[at] - static_cast<Scalar>(spread));
      }
      const Index at = first + target.values[t] * view.inner;
      dx.data()[at] = up * (std::expm1(log_p.data()[at]) + static_cast<Scalar>(e - spread));
    });
    return dx;
  };
  return record("cross_entropy", std::move(loss), {{logits, dlogits}});
}

Tensor mse_loss(const Tensor& x, const Tensor& target) {
  require(x.shape() == target.shape(), "mse_loss: ", x.shape(), " against ", target.shape(), ": must be the same shape");
  require(x.size() > 0, "mse_loss: ", x.shape(), " against ", target.shape(), ": there is no mean of no numbers");
  Tensor difference = x - target;
  return mean(difference * difference);
}

double accuracy(const Tensor& logits, const Indices& target) {
  require(logits.rank() >= 1 && target.shape == logits.shape().without(logits.rank() - 1), "accuracy: logits ", logits.shape(), ", target ",
          target.shape, ": must be (..., C) and (...)");
  require(logits.size() > 0, "accuracy: logits ", logits.shape(), ", target ", target.shape, ": must have a row and a class");
  target.check("accuracy");
  Indices chosen = argmax(logits);
  Index right = 0;
  for (std::size_t i = 0; i < target.values.size(); ++i) right += chosen.values[i] == target.values[i];
  return static_cast<double>(right) / static_cast<double>(target.values.size());
}

}  // namespace qkv
