#include <qkv/kernels/gelu.h>
#include <qkv/kernels/vector_math.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/elementwise.h>
#include <qkv/tensor/graph.h>

#include <xtensor/xmath.hpp>

namespace qkv {
namespace {

/// y = kernel(x), with a gradient made from dy and y / from dy and x.
template <class Gradient>
Tensor from_result(const char* name, Kernel kernel, const Tensor& x, Gradient dx) {
  return record(name, elementwise(array(x), kernel), {{x, [=](const Array& dy, const Array& y) -> Array { return dx(dy, y); }}});
}
template <class Gradient>
Tensor from_input(const char* name, Kernel kernel, const Tensor& x, Gradient dx) {
  return record(name, elementwise(array(x), kernel), {{x, [=](const Array& dy) -> Array { return dx(dy, array(x)); }}});
}

Array sigmoid_of(const Array& x) { return elementwise(x, kernels::sigmoid); }

}  // namespace

// clang-format off
//                                                   value                                          gradient dx, from dy and the result y
Tensor exp(const Tensor& x)      { return from_result("exp",      kernels::exp,      x, [](auto& dy, auto& y) -> Array { return dy * y; }); }
Tensor sqrt(const Tensor& x)     { return from_result("sqrt",     kernels::sqrt,     x, [](auto& dy, auto& y) -> Array { return dy / (2 * y); }); }
Tensor tanh(const Tensor& x)     { return from_result("tanh",     kernels::tanh,     x, [](auto& dy, auto& y) -> Array { return dy * (1 - y * y); }); }
Tensor sigmoid(const Tensor& x)  { return from_result("sigmoid",  kernels::sigmoid,  x, [](auto& dy, auto& y) -> Array { return dy * y * (1 - y); }); }
Tensor relu(const Tensor& x)     { return from_result("relu",     kernels::relu,     x, [](auto& dy, auto& y) -> Array { return xt::where(y > 0, dy, Scalar(0)); }); }

//                                                                                                   from dy and the input a
Tensor log(const Tensor& x)      { return from_input("log",       kernels::log,      x, [](auto& dy, auto& a) -> Array { return dy / a; }); }
Tensor log1p(const Tensor& x)    { return from_input("log1p",     kernels::log1p,    x, [](auto& dy, auto& a) -> Array { return dy / (1 + a); }); }
Tensor abs(const Tensor& x)      { return from_input("abs",       kernels::abs,      x, [](auto& dy, auto& a) -> Array { return dy * xt::sign(a); }); }
Tensor sin(const Tensor& x)      { return from_input("sin",       kernels::sin,      x, [](auto& dy, auto& a) -> Array { return dy * elementwise(a, kernels::cos); }); }
Tensor cos(const Tensor& x)      { return from_input("cos",       kernels::cos,      x, [](auto& dy, auto& a) -> Array { return -dy * elementwise(a, kernels::sin); }); }
Tensor softplus(const Tensor& x) { return from_input("softplus",  kernels::softplus, x, [](auto& dy, auto& a) -> Array { return dy * sigmoid_of(a); }); }
// clang-format on

/// y = x s, s = sigmoid(x).   dx = dy s (1 + x (1 - s)).
Tensor silu(const Tensor& x) {
  return from_input("silu", kernels::silu, x, [](auto& dy, auto& a) -> Array {
    Array s = sigmoid_of(a);
    return dy * s * (1 + a * (1 - s));
  });
}

/// y = x above 0, slope x elsewhere.   dx = dy, slope dy.
Tensor leaky_relu(const Tensor& x, double slope) {
  Scalar below = static_cast<Scalar>(slope);
  return record("leaky_relu", xt::where(array(x) > 0, array(x), below * array(x)),
                {{x, [=](const Array& dy) -> Array { return xt::where(array(x) > 0, dy, below * dy); }}});
}

/// erf:   y = x P(x),  P(x) = (1 + erf(x / sqrt 2)) / 2.                         dx = dy (P(x) + x p(x)),  p(x) = exp(-x^2 / 2) / sqrt(2 pi).
/// tanh:  y = x (1 + t) / 2,  t = tanh(u),  u = sqrt(2/pi) (x + 0.044715 x^3).    dx = dy ((1 + t) / 2 + x (1 - t^2) u' / 2).
Tensor gelu(const Tensor& x, Gelu form) {
  bool by_erf = form == Gelu::erf;
  auto gradient = by_erf ? kernels::gelu_erf_gradient : kernels::gelu_tanh_gradient;
  return from_input("gelu", by_erf ? kernels::gelu_erf : kernels::gelu_tanh, x, [=](auto& dy, auto& a) -> Array {
    Array dx = empty_array(shape_of(a));
    gradient(dy.data(), a.data(), dx.data(), static_cast<Index>(a.size()));
    return dx;
  });
}

}  // namespace qkv
