#include <qkv/kernels/parallel.h>
#include <qkv/kernels/softmax.h>
#include <qkv/kernels/vector_math.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/compare.h>
#include <qkv/ops/elementwise.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qkv {
namespace {

/// With the target's weight w_t and q_c = (1 - e) w_t onehot(target)_c + e / C w_c:   loss = -sum_c q_c log p_c.
/// dlogits = p sum_c q_c - q, or, for log p itself, -q. At the target p - 1 is expm1(log p): p may be so near 1 that the difference had no digits left.
Tensor cross_entropy(const char* operation, bool softmax, const Tensor& x, const Indices& target, const CrossEntropyOptions& options) {
  Shape shape = x.shape();
  const char* given = softmax ? "logits " : "log_p ";
  require(shape.rank() == 2 || shape.rank() == 3, operation, ": ", given, shape, ": must be (N, C) or (N, C, T)");
  require(target.shape == shape.without(1), operation, ": target ", target.shape, " for ", given, shape, ": must be ", shape.without(1));
  target.check(operation);
  require(options.label_smoothing >= 0 && options.label_smoothing <= 1, operation, ": label_smoothing ", options.label_smoothing,
          ": must be from 0 to 1");
  const Index classes = shape[1], rows = target.shape.count();
  require(!options.weight.defined() || options.weight.shape() == Shape{classes}, operation, ": weight ",
          options.weight.defined() ? options.weight.shape() : Shape{}, ": must be ", Shape{classes});
  std::vector<double> weight(static_cast<std::size_t>(classes), 1);
  if (options.weight.defined()) weight.assign(options.weight.data(), options.weight.data() + classes);
  double counted = 0;
  for (Index c : target.values) {
    if (c == options.ignore_index) continue;
    require(c >= 0 && c < classes, operation, ": target ", c, " with ", classes, " classes: must be from 0 to ", classes - 1);
    counted += weight[c];
  }
  require(counted > 0 || options.reduction != Reduction::mean, operation, ": none of ", target.values.size(),
          " targets counts, so that there is no mean");
  const bool each = options.reduction == Reduction::none;
  if (shape.rank() == 3) {  // (N, C, T) is (N T, C) turned round
    Tensor flat = cross_entropy(operation, softmax, reshape(transpose(x, 1, 2), {rows, classes}), Indices({rows}, target.values), options);
    return each ? reshape(flat, target.shape) : flat;
  }

  Array log_p = softmax ? empty_array(shape) : array(x);
  if (softmax) kernels::log_softmax(x.data(), rows, classes, 1, log_p.data());
  const double e = options.label_smoothing, spread = e / static_cast<double>(classes);
  const double count = options.reduction == Reduction::mean ? counted : 1;

  Array loss = full_array(each ? target.shape : Shape{}, 0);
  double total = 0;
  for (Index t = 0; t < rows; ++t) {
    const Index right = target.values[t];
    if (right == options.ignore_index) continue;
    const Scalar* row = log_p.data() + t * classes;
    auto surprise = [&](double q, Index c) { return q == 0 ? 0 : -q * static_cast<double>(row[c]); };  // never 0 times -inf
    double all = surprise((1 - e) * weight[right], right);
    if (e > 0) {
      double spread_over = 0;
      for (Index c = 0; c < classes; ++c) spread_over += surprise(weight[c], c);
      all += spread * spread_over;
    }
    if (each) loss.data()[t] = static_cast<Scalar>(all);
    else total += all;
  }
  if (!each) loss.data()[0] = static_cast<Scalar>(total / count);

  auto dx = [=, log_p = std::move(log_p), ignored = options.ignore_index](const Array& dloss) -> Array {
    Array result = empty_array(shape);
    const Scalar spread_sum = static_cast<Scalar>(spread * std::accumulate(weight.begin(), weight.end(), 0.0));
    kernels::parallel(rows, 8 * classes, 1, [&](Index begin, Index end) {
      for (Index t = begin; t < end; ++t) {
        const Index right = target.values[t];
        Scalar* to = result.data() + t * classes;
        if (right == ignored || !softmax) std::fill_n(to, classes, Scalar(0));
        if (right == ignored) continue;
        const Scalar up = (each ? dloss.data()[t] : dloss.data()[0]) / static_cast<Scalar>(count);
        const Scalar own = static_cast<Scalar>((1 - e) * weight[right]), of_p = up * (own + spread_sum);
        const Scalar* row = log_p.data() + t * classes;
        if (softmax) {
          kernels::exp(row, to, classes);
          const Scalar at_right = up * (own * std::expm1(row[right]) + spread_sum * to[right]);
          for (Index c = 0; c < classes; ++c) to[c] *= of_p;
          to[right] = at_right;
        } else {
          to[right] = -up * own;
        }
        if (e > 0)
          for (Index c = 0; c < classes; ++c) to[c] -= up * static_cast<Scalar>(spread * weight[c]);
      }
    });
    return result;
  };
  return record(operation, std::move(loss), {{x, std::move(dx)}});
}

}  // namespace

Tensor cross_entropy(const Tensor& logits, const Indices& target, const CrossEntropyOptions& options) {
  return cross_entropy("cross_entropy", true, logits, target, options);
}
Tensor nll_loss(const Tensor& log_p, const Indices& target, const CrossEntropyOptions& options) {
  return cross_entropy("nll_loss", false, log_p, target, options);
}

/// -log p = softplus(-x), -log(1 - p) = softplus(x): both are right to the last digits, and neither is negative.
Tensor binary_cross_entropy_with_logits(const Tensor& x, const Tensor& target, const BinaryCrossEntropyOptions& options) {
  const char* name = "binary_cross_entropy_with_logits";
  require(x.shape() == target.shape(), name, ": ", x.shape(), " against ", target.shape(), ": must be the same shape");
  require(x.size() > 0 || options.reduction != Reduction::mean, name, ": ", x.shape(), ": there is no mean of no numbers");
  for (const Tensor& weight : {options.weight, options.pos_weight})
    require(!weight.defined() || broadcast_shape(weight.shape(), x.shape(), name) == x.shape(), name, ": weight for ", x.shape(),
            ": it is broadcast to the numbers, not the other way round");
  auto times = [](const Tensor& share, const Tensor& surprise) { return share * where(share != 0, surprise, 0); };  // 0 times infinity is 0
  Tensor of_one = times(target, softplus(-x)), of_zero = times(1 - target, softplus(x));
  Tensor loss = (options.pos_weight.defined() ? options.pos_weight * of_one : of_one) + of_zero;
  if (options.weight.defined()) loss = options.weight * loss;
  return options.reduction == Reduction::mean ? mean(loss) : options.reduction == Reduction::sum ? sum(loss) : loss;
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
