#pragma once
#include <qkv/tensor/tensor.h>

// Operations that run along one axis from the first entry to the last.  All throw Error if there is no such axis.

namespace qkv {

/// y_i = x_0 + ... + x_i along `axis`, summed in double.
Tensor cumsum(const Tensor& x, Integer axis);

struct TopK {
  Tensor values;    ///< largest first; the gradient goes to where they were found
  Indices indices;  ///< where along the axis
};
/// The k largest along `axis`, whose size becomes k. Equal numbers keep their order; NaN counts as the largest.
/// Throws Error unless 0 <= k <= the axis' size.
TopK topk(const Tensor& x, Integer k, Integer axis = -1);

/// Index of the smallest number along `axis`: the first of equal ones, or the first NaN. The axis is dropped.  Throws Error if it is empty.
Indices argmin(const Tensor& x, Integer axis = -1);

}  // namespace qkv
