#include <qkv/kernels/rows.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/map.h>
#include <qkv/ops/reduce.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <limits>

namespace qkv {
namespace {

/// A shape before and after its axes are reduced: `kept` has size 1 there, `dropped` is without them.
struct Reduced {
  Shape kept, dropped;
  Index count = 1;  // how many numbers become one
};

Reduced reduce(const char* operation, const Shape& shape, const Axes& axes) {
  std::vector<bool> gone(static_cast<std::size_t>(shape.rank()), false);
  for (Index axis : axes) {
    std::size_t at = static_cast<std::size_t>(shape.position(axis, operation));
    require(!gone[at], operation, ": axis ", axis, " of ", shape, " is named twice");
    gone[at] = true;
  }
  Reduced result;
  for (Index axis = 0; axis < shape.rank(); ++axis) {
    bool reduced = gone[static_cast<std::size_t>(axis)];
    result.kept.push_back(reduced ? 1 : shape[axis]);
    if (reduced)
      result.count *= shape[axis];
    else
      result.dropped.push_back(shape[axis]);
  }
  return result;
}

Axes all_axes(const Tensor& x) {
  Axes axes;
  for (Index axis = 0; axis < x.rank(); ++axis) axes.push_back(axis);
  return axes;
}

}  // namespace

/// y = sum of x over the axes.   dx = dy, repeated along them.
Tensor sum(const Tensor& x, const Axes& axes, bool keepdim) {
  Reduced shape = reduce("sum", x.shape(), axes);
  return record("sum", with_shape(sum_to(array(x), shape.kept), keepdim ? shape.kept : shape.dropped), {{x, [=](const Array& dy, const Array&) -> Array {
                  return broadcast_to(with_shape(dy, shape.kept), x.shape());
                }}});
}

Tensor mean(const Tensor& x, const Axes& axes, bool keepdim) {
  Index count = reduce("mean", x.shape(), axes).count;
  require(count > 0, "mean: shape ", x.shape(), " has no numbers along these axes");
  return sum(x, axes, keepdim) * (1.0 / static_cast<double>(count));
}

/// y = largest x along the axes.   dx = dy at the place where it was found (the first of equal ones), 0 elsewhere.
Tensor max(const Tensor& x, const Axes& axes, bool keepdim) {
  Reduced shape = reduce("max", x.shape(), axes);
  require(shape.count > 0, "max: shape ", x.shape(), " has no numbers along these axes");
  Array largest = full_array(keepdim ? shape.kept : shape.dropped, -std::numeric_limits<Scalar>::infinity());
  const Walk<1> walk(x.shape(), {broadcast_strides(shape.kept, x.shape())});
  walk.for_each_row([&](Index start, const std::array<Index, 1>& at) {
    const Scalar* row = x.data() + start;
    Scalar* so_far = largest.data() + at[0];
    if (walk.row_stride(0)) {
      kernels::larger_of(row, walk.row_length(), so_far);
    } else {
      const Scalar of_row = kernels::largest(row, walk.row_length());
      kernels::larger_of(&of_row, 1, so_far);
    }
  });
  return record("max", std::move(largest), {{x, [=](const Array& dy, const Array& y) -> Array {
                  Array dx = full_array(x.shape(), 0);
                  std::vector<bool> found(static_cast<std::size_t>(shape.kept.count()), false);
                  walk.for_each_row([&](Index start, const std::array<Index, 1>& at) {
                    const Scalar *row = x.data() + start, *most = y.data() + at[0];
                    const Index step = walk.row_stride(0);
                    for (Index i = 0; i < walk.row_length(); ++i) {
                      if (!(row[i] == most[i * step] || (row[i] != row[i] && most[i * step] != most[i * step]))) continue;
                      std::vector<bool>::reference before = found[static_cast<std::size_t>(at[0] + i * step)];
                      if (!before) dx.data()[start + i] = dy.data()[at[0] + i * step];
                      before = true;
                      if (step == 0) break;
                    }
                  });
                  return dx;
                }}});
}

Tensor sum(const Tensor& x) { return sum(x, all_axes(x)); }
Tensor mean(const Tensor& x) { return mean(x, all_axes(x)); }
Tensor max(const Tensor& x) { return max(x, all_axes(x)); }
Tensor sum(const Tensor& x, Index axis, bool keepdim) { return sum(x, Axes{axis}, keepdim); }
Tensor mean(const Tensor& x, Index axis, bool keepdim) { return mean(x, Axes{axis}, keepdim); }
Tensor max(const Tensor& x, Index axis, bool keepdim) { return max(x, Axes{axis}, keepdim); }

}  // namespace qkv
