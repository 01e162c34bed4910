#include <qkv/kernels/gelu.h>
#include <qkv/kernels/vector_math.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/elementwise.h>
#include <qkv/tensor/graph.h>

#include <cmath>

namespace qkv {

/// y = exp(x).   dx = dy y.
Tensor exp(const Tensor& x) {
  return record(
      "exp", map_kernel(kernels::exp, array(x)),
      {{x, [](const Array& dy, const Array& y) -> Array { return zip("exp", dy, y, [](Scalar d, Scalar e) { return d * e; }); }}});
}

/// y = log x.   dx = dy / x.
Tensor log(const Tensor& x) {
  return record(
      "log", map_kernel(kernels::log, array(x)),
      {{x, [=](const Array& dy, const Array&) -> Array { return zip("log", dy, array(x), [](Scalar d, Scalar a) { return d / a; }); }}});
}

/// y = sqrt(x).   dx = dy / (2 y).
Tensor sqrt(const Tensor& x) {
  return record("sqrt", map(array(x), [](Scalar a) { return std::sqrt(a); }),
                {{x, [](const Array& dy, const Array& y) -> Array {
                    return zip("sqrt", dy, y, [](Scalar d, Scalar root) { return d / (2 * root); });
                  }}});
}

/// y = tanh(x).   dx = dy (1 - y^2).
Tensor tanh(const Tensor& x) {
  return record("tanh", map_kernel(kernels::tanh, array(x)), {{x, [](const Array& dy, const Array& y) -> Array {
                                                                 return zip("tanh", dy, y,
                                                                            [](Scalar d, Scalar t) { return d * (1 - t * t); });
                                                               }}});
}

/// y = 1 / (1 + exp(-x)).   dx = dy y (1 - y).
Tensor sigmoid(const Tensor& x) {
  return record("sigmoid", map_kernel(kernels::sigmoid, array(x)), {{x, [](const Array& dy, const Array& y) -> Array {
                                                                       return zip("sigmoid", dy, y,
                                                                                  [](Scalar d, Scalar s) { return d * s * (1 - s); });
                                                                     }}});
}

/// y = max(x, 0).   dx = dy where x > 0.
Tensor relu(const Tensor& x) {
  return record(
      "relu", map(array(x), [](Scalar a) { return a < 0 ? 0 : a; }),
      {{x, [](const Array& dy, const Array& y) -> Array { return zip("relu", dy, y, [](Scalar d, Scalar r) { return r > 0 ? d : 0; }); }}});
}

namespace {

/// erf:   y = x P(x),  P(x) = (1 + erf(x / sqrt 2)) / 2.                         dx = dy (P(x) + x p(x)),  p(x) = exp(-x^2 / 2) / sqrt(2 pi).
Tensor gelu_erf(const Tensor& x) {
  return record("gelu", map_kernel(kernels::gelu_erf, array(x)), {{x, [=](const Array& dy, const Array&) -> Array {
                                                                     Array dx = empty_array(x.shape());
                                                                     kernels::gelu_erf_gradient(dy.data(), x.data(), dx.data(), x.size());
                                                                     return dx;
                                                                   }}});
}

/// tanh:  y = x (1 + tanh u) / 2,  u = sqrt(2/pi) (x + 0.044715 x^3): the same with a P that is easier to compute. Gradient: kernels/gelu.h.
Tensor gelu_tanh(const Tensor& x) {
  return record("gelu", map_kernel(kernels::gelu_tanh, array(x)), {{x, [=](const Array& dy, const Array&) -> Array {
                                                                      Array dx = empty_array(x.shape());
                                                                      kernels::gelu_tanh_gradient(dy.data(), x.data(), dx.data(), x.size());
                                                                      return dx;
                                                                    }}});
}

}  // namespace

Tensor gelu(const Tensor& x, Gelu form) { return form == Gelu::erf ? gelu_erf(x) : gelu_tanh(x); }

}  // namespace qkv
