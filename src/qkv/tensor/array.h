#pragma once
#include <qkv/tensor/allocator.h>
#include <qkv/tensor/tensor.h>

// The numbers of a tensor as an xtensor array, for the .cpp files of the library and for readers who want to compute with xtensor:
//     #include <qkv/tensor/array.h>
//     Array y = xt::sin(array(x));
//     std::cout << from_array(y);
// Never keep an xtensor expression in `auto`: it is lazy and may outlive what it refers to.

#if __has_include(<xtensor/containers/xarray.hpp>)  // from xtensor 0.26 on
#include <xtensor/containers/xarray.hpp>
#include <xtensor/core/xmath.hpp>
#else
#include <xtensor/xstorage.hpp>
#include <xtensor/xutils.hpp>
#if defined(__clang__) && __clang_major__ >= 19
// A C++17 rule, which clang follows since version 19, makes two of xtensor's templates fit a shape equally well. This one decides.
namespace xt {
template <class To>
struct rebind_container<To, svector<std::size_t>> {
  using type = svector<To>;
};
}  // namespace xt
#endif
#include <xtensor/xarray.hpp>
#include <xtensor/xmath.hpp>
#endif

#if defined(__CLANG_REPL__) || defined(__CLING__)  // a notebook prints arrays
#if __has_include(<xtensor/io/xio.hpp>)
#include <xtensor/io/xio.hpp>
#else
#include <xtensor/xio.hpp>
#endif
#endif

namespace qkv {

using Array = xt::xarray<Scalar, xt::layout_type::row_major, CachingAllocator<Scalar>>;

/// The numbers of x / a tensor that takes over these numbers.
const Array& array(const Tensor& x);
Tensor from_array(Array numbers);

/// An array of uninitialised numbers / of equal numbers.
Array empty_array(const Shape& shape);
Array full_array(const Shape& shape, Scalar number);
Shape shape_of(const Array& array);

}  // namespace qkv
