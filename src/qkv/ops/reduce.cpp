#include <qkv/ops/arithmetic.h>
#include <qkv/ops/elementwise.h>
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
    bool reduced = gone[axis];
    result.kept.push_back(reduced ? 1 : shape[axis]);
    if (reduced) result.count *= shape[axis];
    else result.dropped.push_back(shape[axis]);
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
  return record("sum", with_shape(sum_to(array(x), shape.kept), keepdim ? shape.kept : shape.dropped),
                {{x, [=](const Array& dy, const Array&) -> Array { return broadcast_to(with_shape(dy, shape.kept), x.shape()); }}});
}

/// y = sum of x over the axes / n.   dx = dy / n, repeated along them.
Tensor mean(const Tensor& x, const Axes& axes, bool keepdim) {
  Reduced shape = reduce("mean", x.shape(), axes);
  require(shape.count > 0, "mean: shape ", x.shape(), " has no numbers along these axes");
  const double n = static_cast<double>(shape.count);
  return record("mean", with_shape(sum_to(array(x), shape.kept, n), keepdim ? shape.kept : shape.dropped),
                {{x, [=](const Array& dy, const Array&) -> Array {
                    return broadcast_to(with_shape(map(dy, [=](Scalar d) { return d / static_cast<Scalar>(n); }), shape.kept), x.shape());
                  }}});
}

/// y = largest x along the axes.   dx = dy at the place where it was found (the first of equal ones), 0 elsewhere.
Tensor max(const Tensor& x, const Axes& axes, bool keepdim) {
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
Tensor sum(const Tensor& x, Index axis, bool keepdim) { return sum(x, Axes{axis}, keepdim); }
Tensor mean(const Tensor& x, Index axis, bool keepdim) { return mean(x, Axes{axis}, keepdim); }
Tensor max(const Tensor& x, Index axis, bool keepdim) { return max(x, Axes{axis}, keepdim); }

}  // namespace qkv
