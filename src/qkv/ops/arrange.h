#pragma once
#include <qkv/tensor/tensor.h>

// Numbers turned round, cut to a triangle, repeated, and put where indices say. Each gradient is the way back.

namespace qkv {

/// Every given axis from its last entry to its first.  Throws Error if there is no such axis or one comes twice.
Tensor flip(const Tensor& x, const Axes& axes);
/// x (..., n, m) on and below / on and above a diagonal, 0 elsewhere: the main one, the first above it (1), the first below it (-1), and so on.
/// Throw Error with fewer than two axes.
Tensor tril(const Tensor& x, Integer diagonal = 0);
Tensor triu(const Tensor& x, Integer diagonal = 0);
/// x repeated along axes of size 1 and new ones in front; -1 leaves an axis as it is.  Throws Error unless x broadcasts to the shape.
Tensor expand(const Tensor& x, const Shape& shape);

/// torch.scatter, the opposite of gather: a copy of x in which y[i][indices[i][j][k]][k] = src[i][j][k] for axis 1. Where an index comes twice the last
/// one stays, and has the gradient. src is a number or as large as the indices; what it has beyond them is not used.
/// Throws Error if ranks differ, other axes of the indices are longer than those of x or src, or an index is outside the axis.
Tensor scatter(const Tensor& x, Integer axis, const Indices& indices, const Tensor& src);
/// The same, but added to what is there, in double: y[i][indices[i][j][k]][k] += src[i][j][k].
Tensor scatter_add(const Tensor& x, Integer axis, const Indices& indices, const Tensor& src);

}  // namespace qkv
