#include <qkv/kernels/rows.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/elementwise.h>
#include <qkv/ops/reduce.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

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
  auto dx = [=](const Array& dy) -> Array { return broadcast_to(with_shape(dy, shape.kept), x.shape()); };
  return record("sum", with_shape(sum_to(array(x), shape.kept), keepdim ? shape.kept : shape.dropped), {{x, dx}});
}

/// y = sum of x over the axes / n.   dx = dy / n, repeated along them.
Tensor mean(const Tensor& x, const Axes& axes, Flag keepdim) {
  Reduced shape = reduce("mean", x.shape(), axes);
  require(shape.count > 0, "mean: shape ", x.shape(), " has no numbers along these axes");
  const double n = static_cast<double>(shape.count);
  auto dx = [=](const Array& dy) -> Array { return broadcast_to(with_shape(dy / static_cast<Scalar>(n), shape.kept), x.shape()); };
  return record("mean", with_shape(sum_to(array(x), shape.kept, n), keepdim ? shape.kept : shape.dropped), {{x, dx}});
}

/// y = largest x along the axes.   dx = dy at the place where it was found (the first of equal ones), 0 elsewhere.
Tensor max(const Tensor& x, const Axes& axes, Flag keepdim) {
  Reduced shape = reduce("max", x.shape(), axes);
  require(shape.count > 0, "max: shape ", x.shape(), " has no numbers along these axes");
  Array largest = full_array(keepdim ? shape.kept : shape.dropped, -static_cast<Scalar>(infinity));
  const StridedRows<1> rows(x.shape(), {broadcast_strides(shape.kept, x.shape())});
  rows.for_each_row([&](Index start, const std::array<Index, 1>& at) {
    const Scalar* row = x.data() + start;
    if (rows.row_stride(0)) return kernels::larger_of(row, rows.row_length(), largest.data() + at[0]);
    const Scalar of_row = kernels::largest(row, rows.row_length());
    kernels::larger_of(&of_row, 1, largest.data() + at[0]);
  });
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
  return record("max", std::move(largest), {{x, dx}});
}

Tensor sum(const Tensor& x) { return sum(x, all_axes(x)); }
Tensor mean(const Tensor& x) { return mean(x, all_axes(x)); }
Tensor max(const Tensor& x) { return max(x, all_axes(x)); }

}  // namespace qkv
