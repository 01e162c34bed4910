#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv {

/// Matrix product over the last two axes, NumPy's rule: (..., n, k) @ (..., k, m) -> (..., n, m), leading axes broadcast;
/// a vector (k) on the left is a row, on the right a column, and that axis is dropped.  Throws Error if inner sizes differ.
Tensor matmul(const Tensor& x, const Tensor& y);

/// y = x W^T + b:  x (..., in), weight (out, in), bias (out) or undefined -> (..., out).  Throws Error if the sizes do not fit.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias = {});
/// The same with the rows [first, last) of weight and bias alone, which are not copied: (..., last - first).  Throws Error if they lie outside.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Integer first, Integer last);

}  // namespace qkv
