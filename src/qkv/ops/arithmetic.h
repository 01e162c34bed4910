#pragma once
#include <qkv/tensor/tensor.h>

// Elementwise arithmetic; shapes are broadcast by NumPy's rule (tensor/shape.h).  All throw Error if the shapes do not fit.

namespace qkv {

Tensor add(const Tensor& x, const Tensor& y);
Tensor sub(const Tensor& x, const Tensor& y);
Tensor mul(const Tensor& x, const Tensor& y);
Tensor div(const Tensor& x, const Tensor& y);
/// x to the power y. If y needs a gradient, x must be positive, because the gradient contains log x.
Tensor pow(const Tensor& x, const Tensor& y);
Tensor neg(const Tensor& x);

inline Tensor operator+(const Tensor& x, const Tensor& y) { return add(x, y); }
inline Tensor operator-(const Tensor& x, const Tensor& y) { return sub(x, y); }
inline Tensor operator*(const Tensor& x, const Tensor& y) { return mul(x, y); }
inline Tensor operator/(const Tensor& x, const Tensor& y) { return div(x, y); }

}  // namespace qkv
