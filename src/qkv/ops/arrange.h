#pragma once
#include <qkv/tensor/tensor.h>

// Reverse, keep a triangle, repeat, and write to given indices. Each gradient is the inverse step.

namespace qkv {

/// Reverses every given axis.  Throws Error if there is no such axis or one is given twice.
Tensor flip(const Tensor& x, const Axes& axes);
/// Keeps x (..., n, m) on and below / on and above a diagonal; 0 elsewhere. 0 is the main diagonal, 1 the first above it, -1 the first
/// below it, and so on.  Throw Error with fewer than two axes.
Tensor tril(const Tensor& x, Integer diagonal = 0);
Tensor triu(const Tensor& x, Integer diagonal = 0);
/// Repeats x along axes of size 1 and along new axes in front; -1 keeps an axis as it is.  Throws Error unless x broadcasts to the shape.
Tensor expand(const Tensor& x, const Shape& shape);

/// torch.scatter, the opposite of gather: a copy of x with y[i][indices[i][j][k]][k] = src[i][j][k] for axis 1. If an index comes twice,
/// the last write counts and gets the gradient. src is a number or at least as large as the indices; its entries beyond them are not used.
/// Throws Error if ranks differ, another axis of the indices is longer than that of x or src, or an index is outside the axis.
Tensor scatter(const Tensor& x, Integer axis, const Indices& indices, const Tensor& src);
/// The same, but src is added to what is there, in double: y[i][indices[i][j][k]][k] += src[i][j][k].
Tensor scatter_add(const Tensor& x, Integer axis, const Indices& indices, const Tensor& src);

}  // namespace qkv
