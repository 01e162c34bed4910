#include <qkv/kernels/softmax.h>
#include <qkv/ops/elementwise.h>
#include <qkv/ops/softmax.h>
#include <qkv/tensor/graph.h>

namespace qkv {
namespace {

/// The value and the gradient by kernels, which see x as (outer, size, inner) around the axis.
template <class Kernel, class Gradient>
Tensor along(const char* operation, const Tensor& x, Index axis, Kernel kernel, Gradient gradient) {
  const AxisView view = view_along(x.shape(), x.shape().position(axis, operation));
  Array y = empty_array(x.shape());
  kernel(x.data(), view.outer, view.size, view.inner, y.data());
  auto pull = [=](const Array& dy, const Array& result) -> Array {
    Array dx = empty_array(x.shape());
    gradient(dy.data(), result.data(), view.outer, view.size, view.inner, dx.data());
    return dx;
  };
  return record(operation, std::move(y), {{x, pull}});
}

}  // namespace

/// y = exp(x) / sum exp(x).   dx = y (dy - sum dy y).
Tensor softmax(const Tensor& x, Integer axis) { return along("softmax", x, axis, kernels::softmax, kernels::softmax_gradient); }

/// y = x - log sum exp(x).   dx = dy - exp(y) sum dy.
Tensor log_softmax(const Tensor& x, Integer axis) {
  return along("log_softmax", x, axis, kernels::log_softmax, kernels::log_softmax_gradient);
}

}  // namespace qkv
