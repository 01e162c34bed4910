#include <qkv/kernels/rows.h>
#include <qkv/kernels/vector_math.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/compare.h>
#include <qkv/ops/elementwise.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <xtensor/xmath.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace qkv {
namespace {

/// A shape before and after its axes are reduced: `kept` has size 1 there, `dropped` is without them.
struct Reduced {
  Shape kept, dropped;
  Index count;             // how many numbers become one
  std::vector<bool> gone;  // which axes are reduced

  const Shape& result(bool keepdim) const { return keepdim ? kept : dropped; }
};

Reduced reduce(const char* operation, const Shape& shape, const Axes& axes) {
  Reduced result{{}, {}, 1, axes.among(shape, operation)};
  for (Index axis = 0; axis < shape.rank(); ++axis) {
    const bool gone = result.gone[axis];
    result.kept.push_back(gone ? 1 : shape[axis]);
    if (gone) result.count *= shape[axis];
    else result.dropped.push_back(shape[axis]);
  }
  return result;
}

}  // namespace

/// y = sum of x over the axes.   dx = dy, repeated along them.
Tensor sum(const Tensor& x, const Axes& axes, Flag keepdim) {
  Reduced shape = reduce("sum", x.shape(), axes);
  auto dx = [=](const Array& dy) -> Array { return broadcast_to(with_shape(dy, shape.kept), x.shape()); };
  return record("sum", with_shape(sum_to(array(x), shape.kept), shape.result(keepdim)), {{x, dx}});
}

/// y = sum of x over the axes / n.   dx = dy / n, repeated along them.
Tensor mean(const Tensor& x, const Axes& axes, Flag keepdim) {
  Reduced shape = reduce("mean", x.shape(), axes);
  require(shape.count > 0, "mean: shape ", x.shape(), " has no numbers along these axes");
  const double n = static_cast<double>(shape.count);
  auto dx = [=](const Array& dy) -> Array { return broadcast_to(with_shape(dy / static_cast<Scalar>(n), shape.kept), x.shape()); };
  return record("mean", with_shape(sum_to(array(x), shape.kept, n), shape.result(keepdim)), {{x, dx}});
}

namespace {

/// y = largest sign x along the axes, times sign.   dx = dy at the place where it was found (the first of equal ones), 0 elsewhere.
Tensor extreme(const char* operation, const Tensor& x, const Axes& axes, bool keepdim, Scalar sign) {
  Reduced shape = reduce(operation, x.shape(), axes);
  require(shape.count > 0, operation, ": shape ", x.shape(), " has no numbers along these axes");
  Array largest = full_array(shape.result(keepdim), -static_cast<Scalar>(infinity));
  const StridedRows<1> rows(x.shape(), {broadcast_strides(shape.kept, x.shape())});
  rows.for_each_row([&](Index start, const std::array<Index, 1>& at) {
    const Scalar* row = x.data() + start;
    if (rows.row_stride(0)) return kernels::larger_of(row, rows.row_length(), sign, largest.data() + at[0]);
    const Scalar of_row = kernels::largest(row, rows.row_length(), sign);
    kernels::larger_of(&of_row, 1, 1, largest.data() + at[0]);
  });
  if (sign < 0) largest = -largest;
  auto dx = [=](const Array& dy, const Array& y) -> Array {
    Array result = full_array(x.shape(), 0);
    std::vector<bool> found(static_cast<std::size_t>(shape.kept.count()), false);
    rows.for_each_row([&](Index start, const std::array<Index, 1>& at) {
      const Scalar *row = x.data() + start, *most = y.data() + at[0];
      const Index step = rows.row_stride(0);
      for (Index i = 0; i < rows.row_length(); ++i) {
        bool is_nan = row[i] != row[i] && most[i * step] != most[i * step];
        if (row[i] != most[i * step] && !is_nan) continue;
        if (!found[at[0] + i * step]) result.data()[start + i] = dy.data()[at[0] + i * step];
        found[at[0] + i * step] = true;
        if (step == 0) break;
      }
    });
    return result;
  };
  return record(operation, std::move(largest), {{x, dx}});
}

/// sum (x - mean)^2 / (n - correction).
Tensor variance(const char* operation, const Tensor& x, const Axes& axes, bool keepdim, double correction) {
  Index n = reduce(operation, x.shape(), axes).count;
  double degrees = static_cast<double>(n) - correction;
  require(correction >= 0 && degrees > 0, operation, ": ", n, " numbers of shape ", x.shape(), " along these axes, correction ", correction,
          ": must be more than the correction, which is not negative");
  Tensor centred = x - mean(x, axes, true);
  Tensor left = mean(centred, axes, keepdim);  // by rounding, in the first mean
  return (sum(centred * centred, axes, keepdim) - n * (left * left)) / degrees;
}

}  // namespace

Tensor max(const Tensor& x, const Axes& axes, Flag keepdim) { return extreme("max", x, axes, keepdim, 1); }
Tensor min(const Tensor& x, const Axes& axes, Flag keepdim) { return extreme("min", x, axes, keepdim, -1); }
Tensor var(const Tensor& x, const Axes& axes, Flag keepdim, double correction) { return variance("var", x, axes, keepdim, correction); }
Tensor stdev(const Tensor& x, const Axes& axes, Flag keepdim, double correction) {
  Tensor v = variance("stdev", x, axes, keepdim, correction);
  auto dv = [](const Array& dy, const Array& y) -> Array { return xt::where(y > 0, dy / (2 * y), Scalar(0)); };  // 0 at the corner
  return record("stdev", elementwise(array(v), kernels::sqrt), {{v, dv}});
}

/// y = sqrt(sum x^2).   dx = dy x / y, 0 where y = 0; of infinite ones the limit.
Tensor norm(const Tensor& x, const Axes& axes, Flag keepdim) {
  Reduced shape = reduce("norm", x.shape(), axes);
  auto length = [&] {
    InnerSteps steps;
    Tensor squares = sum(x * x, axes, keepdim);
    constexpr Scalar small = std::numeric_limits<Scalar>::min() / std::numeric_limits<Scalar>::epsilon();
    auto fits = [](Scalar square) { return square > small && square < infinity; };
    if (shape.count == 0 || std::all_of(squares.data(), squares.data() + squares.size(), fits)) return sqrt(squares);
    // Too large or too small to be squared: in units of the largest.
    Tensor largest = max(abs(x), axes, true), unit = where((largest > 0) & (largest < infinity), largest, 1), in_units = x / unit;
    return sqrt(sum(in_units * in_units, axes, keepdim)) * reshape(unit, squares.shape());
  };
  auto dx = [=](const Array& dy, const Array& y) -> Array {
    Array direction = elementwise("norm", array(x), with_shape(y, shape.kept), [](Scalar a, Scalar whole) {
      if (std::isinf(whole)) return std::isinf(a) ? std::copysign(Scalar(1), a) : 0;
      return whole == 0 ? 0 : a / whole;
    });
    return elementwise("norm", direction, with_shape(dy, shape.kept), [](Scalar part, Scalar up) { return part * up; });
  };
  return record("norm", array(length()), {{x, dx}});
}

/// y = m - log_softmax(x) at the largest, m: what all others add to m is not lost beside it.   dx = dy softmax(x).
Tensor logsumexp(const Tensor& x, const Axes& axes, Flag keepdim) {
  Reduced shape = reduce("logsumexp", x.shape(), axes);
  if (shape.count == 0) return full(shape.result(keepdim), -infinity);
  std::vector<Index> order;  // the reduced axes last, to be one
  for (Index axis = 0; axis < x.rank(); ++axis)
    if (!shape.gone[axis]) order.push_back(axis);
  for (Index axis = 0; axis < x.rank(); ++axis)
    if (shape.gone[axis]) order.push_back(axis);
  Shape flat = shape.dropped;
  flat.push_back(shape.count);
  Tensor rows = reshape(permute(x, order), flat);

  Tensor log_p, y;
  {
    InnerSteps steps;
    Tensor m = max(rows, -1);
    log_p = log_softmax(rows);
    y = where(m == -infinity, m, m - max(log_p, -1));
  }
  auto dx = [=](const Array& dy) -> Array {
    Array p = elementwise(array(log_p), kernels::exp);
    return elementwise("logsumexp", with_shape(dy, shape.dropped.with(shape.dropped.rank(), 1)), p,
                       [](Scalar up, Scalar share) { return up * share; });
  };
  return reshape(record("logsumexp", array(y), {{rows, dx}}), shape.result(keepdim));
}

/// A 0 is taken for a 1 in the logarithm: its gradient, log 1 + 0, is 0, where the softmax that made it hears nothing anyhow.
Tensor entropy(const Tensor& p, Integer axis) {
  p.shape().position(axis, "entropy");
  return sum(-p * log(where(p == 0, 1, p)), axis);
}

}  // namespace qkv
