#pragma once
#include <qkv/tensor/tensor.h>

// The same numbers in another arrangement. Each gradient is the inverse rearrangement.

namespace qkv {

/// The padding_idx of an embedding that has no padding row.
constexpr Index no_padding = std::numeric_limits<Index>::min();

/// Another shape for the same numbers in row-major order; one size may be -1 and is worked out.  Throws Error if the counts differ.
Tensor reshape(const Tensor& x, const Shape& shape);
/// Axes in a new order: result axis i is x's axis order[i].  Throws Error unless order names each axis once.
Tensor permute(const Tensor& x, const std::vector<Index>& order);
/// Swaps two axes; by default the last two.
Tensor transpose(const Tensor& x, Integer first = -2, Integer second = -1);
/// A new axis of size 1 before `axis` / an axis of size 1 dropped (Error if its size is not 1).
Tensor unsqueeze(const Tensor& x, Integer axis);
Tensor squeeze(const Tensor& x, Integer axis);

/// Entries start, start + step, ... before stop along one axis, like x[..., start:stop:step]; negative positions count from the end.
/// Throws Error if the range leaves the axis or step < 1.
Tensor slice(const Tensor& x, Integer axis, Integer start, Integer stop, Integer step = 1);
/// One entry along an axis, which is dropped: x[..., index, ...].
Tensor select(const Tensor& x, Integer axis, Integer index);
/// Joins tensors along an existing axis / along a new one before `axis`.  Throw Error without inputs or if other sizes differ.
Tensor concat(const Tensors& parts, Integer axis);
Tensor stack(const Tensors& parts, Integer axis = 0);
/// `count` equal parts along an axis.  Throws Error if its size is not a multiple of count.
Tensors chunk(const Tensor& x, Integer count, Integer axis);

/// Rows of a table: weight (V, d), indices (...) -> (..., d). A row used twice gets both gradients; row `padding_idx` gets none.
/// Throws Error if an index or the padding_idx is outside [0, V).
Tensor embedding(const Indices& indices, const Tensor& weight, Integer padding_idx = no_padding);
/// Rows x[which[0]], x[which[1]], ... along the first axis: (N, ...) -> (which.size(), ...). A row taken twice gets both gradients. All rows in
/// order are x itself; an empty mask stays empty.  Throw Error if x is a single number or a row is outside [0, N).
Tensor take_rows(const Tensor& x, const std::vector<Index>& which);
Indices take_rows(const Indices& x, const std::vector<Index>& which);
Mask take_rows(const Mask& x, const std::vector<Index>& which);
/// torch.gather: result[i][j][k] = x[i][indices[i][j][k]][k] for axis 1.  Throws Error if ranks differ or an index is outside the axis.
Tensor gather(const Tensor& x, Integer axis, const Indices& indices);
/// `value` where the mask (broadcast to x) is true, x elsewhere. An empty mask changes nothing.
Tensor masked_fill(const Tensor& x, const Mask& mask, double value);

}  // namespace qkv
