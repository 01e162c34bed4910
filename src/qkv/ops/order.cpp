#include <qkv/ops/arithmetic.h>
#include <qkv/ops/elementwise.h>
#include <qkv/ops/order.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <algorithm>
#include <numeric>

namespace qkv {
namespace {

/// The sums of the numbers up to each along the axis, or from each to the end.
Array running_sum(const Array& x, const AxisView& view, bool from_end) {
  Array y = empty_array(shape_of(x));
  std::vector<double> sums(static_cast<std::size_t>(view.inner));
  for (Index o = 0; o < view.outer; ++o) {
    std::fill(sums.begin(), sums.end(), 0);
    for (Index j = 0; j < view.size; ++j) {
      Index at = (o * view.size + (from_end ? view.size - 1 - j : j)) * view.inner;
      for (Index i = 0; i < view.inner; ++i) y.data()[at + i] = static_cast<Scalar>(sums[i] += x.data()[at + i]);
    }
  }
  return y;
}

}  // namespace

/// y_i = sum of x_j, j <= i.   dx_j = sum of dy_i, i >= j.
Tensor cumsum(const Tensor& x, Integer axis) {
  AxisView view = view_along(x.shape(), x.shape().position(axis, "cumsum"));
  return record("cumsum", running_sum(array(x), view, false), {{x, [=](const Array& dy) -> Array { return running_sum(dy, view, true); }}});
}

TopK topk(const Tensor& x, Integer k, Integer axis) {
  Shape shape = x.shape();
  axis = shape.position(axis, "topk");
  AxisView view = view_along(shape, axis);
  require(k >= 0 && k <= view.size, "topk: ", k, " of axis ", axis, " of ", x.shape(), ": must be from 0 to ", view.size);
  shape[axis] = k;
  Indices chosen(shape, std::vector<Index>(static_cast<std::size_t>(shape.count())));
  std::vector<Index> order(static_cast<std::size_t>(view.size));
  for (Index o = 0; o < view.outer; ++o)
    for (Index i = 0; i < view.inner; ++i) {
      const Scalar* first = x.data() + o * view.size * view.inner + i;
      auto before = [&](Index a, Index b) {  // NaN is above all numbers
        Scalar p = first[a * view.inner], q = first[b * view.inner];
        bool p_nan = p != p, q_nan = q != q;
        if (p_nan != q_nan) return p_nan;
        return p > q || (!(p < q) && a < b);
      };
      std::iota(order.begin(), order.end(), Index{0});
      std::partial_sort(order.begin(), order.begin() + k, order.end(), before);
      for (Index j = 0; j < k; ++j) chosen.values[(o * k + j) * view.inner + i] = order[j];
    }
  return {gather(x, axis, chosen), chosen};
}

Indices argmin(const Tensor& x, Integer axis) {
  axis = x.shape().position(axis, "argmin");
  require(x.size(axis) > 0, "argmin: axis ", axis, " of ", x.shape(), " is empty");
  return argmax(-x.detach(), axis);
}

}  // namespace qkv
