#pragma once
#include <qkv/tensor/allocator.h>
#include <qkv/tensor/tensor.h>

#include <xtensor/xarray.hpp>

// The numbers of a tensor as an xtensor array. Only the .cpp files below include this, and readers who want to compute with xtensor:
//     #include <qkv/tensor/array.h>
//     xt::xarray<float> y = xt::sin(array(x));
// Never keep an xtensor expression in `auto`: it is lazy and may outlive what it refers to.

namespace qkv {

using Array = xt::xarray<Scalar, xt::layout_type::row_major, CachingAllocator<Scalar>>;

/// The numbers of x / a tensor that takes these numbers over.
const Array& array(const Tensor& x);
Tensor from_array(Array numbers);

/// An array whose numbers are not set yet / all equal.
Array empty_array(const Shape& shape);
Array full_array(const Shape& shape, Scalar number);
Shape shape_of(const Array& array);

}  // namespace qkv
