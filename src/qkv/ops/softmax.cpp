#include <qkv/kernels/softmax.h>
#include <qkv/ops/elementwise.h>
#include <qkv/ops/softmax.h>
#include <qkv/tensor/graph.h>

namespace qkv {

/// y = exp(x) / sum exp(x).   dx = y (dy - sum dy y).
Tensor softmax(const Tensor& x, Integer axis) {
  Shape shape = x.shape();
  AxisView view = view_along(shape, shape.position(axis, "softmax"));
  Array y = empty_array(shape);
  kernels::softmax(x.data(), view.outer, view.size, view.inner, y.data());
  return record("softmax", std::move(y), {{x, [=](const Array& dy, const Array& weights) -> Array {
                                             Array dx = empty_array(shape);
                                             kernels::softmax_gradient(dy.data(), weights.data(), view.outer, view.size, view.inner,
                                                                       dx.data());
                                             return dx;
                                           }}});
}

/// y = x - log sum exp(x).   dx = dy - exp(y) sum dy.
Tensor log_softmax(const Tensor& x, Integer axis) {
  Shape shape = x.shape();
  AxisView view = view_along(shape, shape.position(axis, "log_softmax"));
  Array y = empty_array(shape);
  kernels::log_softmax(x.data(), view.outer, view.size, view.inner, y.data());
  return record("log_softmax", std::move(y), {{x, [=](const Array& dy, const Array& logs) -> Array {
                                                 Array dx = empty_array(shape);
                                                 kernels::log_softmax_gradient(dy.data(), logs.data(), view.outer, view.size, view.inner,
                                                                               dx.data());
                                                 return dx;
                                               }}});
}

}  // namespace qkv
