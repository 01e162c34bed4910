#include <qkv/ops/arithmetic.h>
#include <qkv/ops/elementwise.h>
#include <qkv/ops/reduce.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <cmath>

namespace qkv {
namespace {

/// A shape before and after its axes are reduced: `kept` has size 1 there, `dropped` is without them.
struct Reduced {
  Shape kept, dropped;
  Index count = 1;  // how many numbers become one
};

Reduced reduce(const char* operation, const Shape& shape, const Axes& axes) {
  std::vector<bool> gone(static_cast<std::size_t>(shape.rank()), false);
  for (Index axis : axes.list()) {
    std::size_t at = static_cast<std::size_t>(shape.position(axis, operation));
    require(!gone[at], operation, ": axis ", axis, " of ", shape, " is named twice");
    gone[at] = true;
  }
  Reduced result;
  for (Index axis = 0; axis < shape.rank(); ++axis) {
    bool reduced = gone[axis];
    result.kept.push_back(reduced ? 1 : shape[axis]);
    if (reduced) result.count *= shape[axis];
    else result.dropped.push_back(shape[axis]);
  }
  return result;
}

Axes all_axes(const Tensor& x) {
  std::vector<Index> axes;
  for (Index axis = 0; axis < x.rank(); ++axis) axes.push_back(axis);
  return axes;
}

}  // namespace

/// y = sum of x over the axes.   dx = dy, repeated along them.
Tensor sum(const Tensor& x, const Axes& axes, Flag keepdim) {
  Reduced shape = reduce("sum", x.shape(), axes);
  return record("sum", with_shape(sum_to(array(x), shape.kept), keepdim ? shape.kept : shape.dropped),
                {{x, [=](const Array& dy, const Array&) -> Array { return broadcast_to(with_shape(dy, shape.kept), x.shape()); }}});
}

Tensor mean(const Tensor& x, const Axes& axes, Flag keepdim) {
  Index count = reduce("mean", x.shape(), axes).count;
  require(count > 0, "mean: shape ", x.shape(), " has no numbers along these axes");
  return sum(x, axes, keepdim) * (1.0 / static_cast<double>(count));
}

/// y = largest x along the axes.   dx = dy at the place where it was found (the first of equal ones), 0 elsewhere.
Tensor max(const Tensor& x, const Axes& axes, Flag keepdim) {
  Reduced shape = reduce("max", x.shape(), axes);
  require(shape.count > 0, "max: shape ", x.shape(), " has no numbers along these axes");
  std::vector<Index> found(static_cast<std::size_t>(shape.kept.count()), -1);
  Array largest = empty_array(keepdim ? shape.kept : shape.dropped);
  const Scalar* numbers = array(x).data();
  StridedRows<1> rows(x.shape(), {broadcast_strides(shape.kept, x.shape())});
  rows.for_each_row([&](Index start, const std::array<Index, 1>& at) {
    for (Index i = 0; i < rows.row_length(); ++i) {
      std::size_t place = static_cast<std::size_t>(at[0] + i * rows.row_stride(0));
      bool larger = found[place] < 0 || numbers[start + i] > numbers[found[place]];
      bool first_nan = numbers[start + i] != numbers[start + i] && found[place] >= 0 && numbers[found[place]] == numbers[found[place]];
      if (larger || first_nan) found[place] = start + i;
    }
  });
  for (std::size_t place = 0; place < found.size(); ++place) largest.data()[place] = numbers[found[place]];
  return record("max", std::move(largest), {{x, [x, found](const Array& dy, const Array&) -> Array {
                                               Array dx = full_array(x.shape(), 0);
                                               for (std::size_t place = 0; place < found.size(); ++place)
                                                 dx.data()[found[place]] += dy.data()[place];
                                               return dx;
                                             }}});
}

Tensor sum(const Tensor& x) { return sum(x, all_axes(x)); }
Tensor mean(const Tensor& x) { return mean(x, all_axes(x)); }
Tensor max(const Tensor& x) { return max(x, all_axes(x)); }

Tensor min(const Tensor& x, const Axes& axes, Flag keepdim) {
  require(reduce("min", x.shape(), axes).count > 0, "min: shape ", x.shape(), " has no numbers along these axes");
  return -max(-x, axes, keepdim);
}

namespace {

/// use(which number of x, which of the `kept` it becomes part of).
template <class Use>
void for_each_number(const Shape& shape, const Shape& kept, Use use) {
  StridedRows<1> rows(shape, {broadcast_strides(kept, shape)});
  rows.for_each_row([&](Index start, const std::array<Index, 1>& at) {
    for (Index i = 0; i < rows.row_length(); ++i) use(start + i, at[0] + i * rows.row_stride(0));
  });
}

/// For each place of `kept`, f(so far, number, place) over its numbers.
template <class F>
std::vector<double> fold(const Tensor& x, const Shape& kept, double first, F f) {
  std::vector<double> result(static_cast<std::size_t>(kept.count()), first);
  for_each_number(x.shape(), kept,
                  [&](Index i, Index place) { result[place] = f(result[place], static_cast<double>(x.data()[i]), place); });
  return result;
}

/// The operation with result y (place by place), and dx = dy slope(number, place).
template <class F>
Tensor reduction(const char* operation, const Tensor& x, const Reduced& shape, bool keepdim, const std::vector<double>& y, F slope) {
  Array value = empty_array(keepdim ? shape.kept : shape.dropped);
  for (std::size_t place = 0; place < y.size(); ++place) value.data()[place] = static_cast<Scalar>(y[place]);
  auto dx = [=](const Array& dy) -> Array {
    Array result = empty_array(x.shape());
    for_each_number(x.shape(), shape.kept, [&](Index i, Index place) {
      result.data()[i] = static_cast<Scalar>(static_cast<double>(dy.data()[place]) * slope(static_cast<double>(x.data()[i]), place));
    });
    return result;
  };
  return record(operation, std::move(value), {{x, dx}});
}

/// For each place of `kept`, the largest size(number), NaN if one is.
std::vector<double> largest(const Tensor& x, const Shape& kept, double first, double (*size)(double)) {
  return fold(x, kept, first, [=](double most, double a, Index) { return size(a) > most || a != a ? size(a) : most; });
}

/// v = sum (x - m)^2 / (n - c), with the mean m.    var: y = v, dx = dy 2 (x - m) / (n - c).
/// stdev: y = sqrt v, dx = dy (x - m) / ((n - c) y), 0 where y = 0.
Tensor spread(const char* operation, const Tensor& x, const Axes& axes, bool keepdim, double correction, bool root) {
  Reduced shape = reduce(operation, x.shape(), axes);
  double n = static_cast<double>(shape.count), degrees = n - correction;
  require(correction >= 0 && degrees > 0, operation, ": ", shape.count, " numbers of shape ", x.shape(), " along these axes, correction ",
          correction, ": must be more than the correction, which is not negative");
  std::vector<double> mean = fold(x, shape.kept, 0, [=](double sum, double a, Index) { return sum + a; });
  for (double& each : mean) each /= n;
  std::vector<double> y =
      fold(x, shape.kept, 0, [&](double sum, double a, Index place) { return sum + (a - mean[place]) * (a - mean[place]); });
  for (double& each : y) each = root ? std::sqrt(each / degrees) : each / degrees;
  auto slope = [=](double a, Index place) {
    return !root ? 2 * (a - mean[place]) / degrees : y[place] == 0 ? 0 : (a - mean[place]) / degrees / y[place];
  };
  return reduction(operation, x, shape, keepdim, y, slope);
}

}  // namespace

Tensor var(const Tensor& x, const Axes& axes, Flag keepdim, double correction) {
  return spread("var", x, axes, keepdim, correction, false);
}
Tensor stdev(const Tensor& x, const Axes& axes, Flag keepdim, double correction) {
  return spread("stdev", x, axes, keepdim, correction, true);
}

/// y = m sqrt(sum r^2), where m is the largest |x| and r = x / m.   dx = dy r / sqrt(sum r^2), 0 where m = 0.
Tensor norm(const Tensor& x, const Axes& axes, Flag keepdim) {
  Reduced shape = reduce("norm", x.shape(), axes);
  std::vector<double> m = largest(x, shape.kept, 0, [](double a) { return std::abs(a); });
  auto r = [m](double a, Index place) {
    if (std::isinf(m[place])) return std::isinf(a) ? std::copysign(1.0, a) : 0.0;  // the limit
    return m[place] == 0 ? 0 : a / m[place];
  };
  std::vector<double> root = fold(x, shape.kept, 0, [&](double sum, double a, Index place) { return sum + r(a, place) * r(a, place); }), y;
  for (std::size_t place = 0; place < root.size(); ++place) y.push_back(m[place] * (root[place] = std::sqrt(root[place])));
  auto slope = [=](double a, Index place) { return root[place] == 0 ? 0 : r(a, place) / root[place]; };
  return reduction("norm", x, shape, keepdim, y, slope);
}

/// y = m + log(1 + s), where m is the largest x and s = sum exp(x - m) over all others.   dx = dy exp(x - m) / (1 + s), 0 where m = -inf.
Tensor logsumexp(const Tensor& x, const Axes& axes, Flag keepdim) {
  Reduced shape = reduce("logsumexp", x.shape(), axes);
  std::vector<double> m = largest(x, shape.kept, -infinity, [](double a) { return a; });
  auto part = [m](double a, Index place) { return a == m[place] ? 1 : std::exp(a - m[place]); };  // also where both are infinite
  std::vector<bool> met(m.size(), false);
  std::vector<double> s = fold(x, shape.kept, 0, [&](double sum, double a, Index place) {
    bool first = a == m[place] && !met[place];  // it is m
    met[place] = met[place] || first;
    return first ? sum : sum + part(a, place);
  });
  auto slope = [=](double a, Index place) { return m[place] == -infinity ? 0 : part(a, place) / (1 + s[place]); };
  std::vector<double> y;
  for (std::size_t place = 0; place < m.size(); ++place) y.push_back(m[place] + std::log1p(s[place]));
  return reduction("logsumexp", x, shape, keepdim, y, slope);
}

Tensor min(const Tensor& x) { return min(x, all_axes(x)); }
Tensor var(const Tensor& x) { return var(x, all_axes(x)); }
Tensor stdev(const Tensor& x) { return stdev(x, all_axes(x)); }
Tensor norm(const Tensor& x) { return norm(x, all_axes(x)); }
Tensor logsumexp(const Tensor& x) { return logsumexp(x, all_axes(x)); }

}  // namespace qkv
