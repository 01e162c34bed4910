#pragma once
#include <qkv/kernels/parallel.h>
#include <qkv/tensor/array.h>
#include <qkv/tensor/strides.h>

// Loops that most operations use: elementwise over one or two arrays, with broadcasting, and matrix by matrix. For the .cpp files of ops/.
// (Same-shape arithmetic is an xtensor expression, which is as fast. A broadcast xtensor expression is many times slower than these loops.)

namespace qkv {

/// y_i = f(x_i), where f is a kernel that takes (x, y, n).
using Kernel = void (*)(const Scalar* x, Scalar* y, Index n);
Array elementwise(const Array& x, Kernel kernel);

template <class F>
void pairs_in_row(const Scalar* __restrict x, Index x_stride, const Scalar* __restrict y, Index y_stride, Scalar* __restrict z, Index n,
                  F f) {
  if (x_stride && y_stride) {
    for (Index i = 0; i < n; ++i) z[i] = f(x[i], y[i]);
  } else if (x_stride) {
    Scalar second = *y;
    for (Index i = 0; i < n; ++i) z[i] = f(x[i], second);
  } else if (y_stride) {
    Scalar first = *x;
    for (Index i = 0; i < n; ++i) z[i] = f(first, y[i]);
  } else {
    Scalar all = f(*x, *y);
    for (Index i = 0; i < n; ++i) z[i] = all;
  }
}

/// z_i = f(x_i, y_i), with x and y broadcast. Long arrays are divided among threads, so f must not change anything.
/// Throws Error, naming `operation`, if the shapes do not fit.
template <class F>
Array elementwise(const char* operation, const Array& x, const Array& y, F f) {
  Shape x_shape = shape_of(x), y_shape = shape_of(y), shape = broadcast_shape(x_shape, y_shape, operation);
  Array z = empty_array(shape);
  if (x_shape == y_shape) {
    kernels::parallel(shape.count(), 1, 1, [&](Index begin, Index end) {
      pairs_in_row(x.data() + begin, 1, y.data() + begin, 1, z.data() + begin, end - begin, f);
    });
    return z;
  }
  StridedRows<2> rows(shape, {broadcast_strides(x_shape, shape), broadcast_strides(y_shape, shape)});
  rows.for_each_row([&](Index start, const std::array<Index, 2>& at) {
    pairs_in_row(x.data() + at[0], rows.row_stride(0), y.data() + at[1], rows.row_stride(1), z.data() + start, rows.row_length(), f);
  });
  return z;
}

/// The same numbers under another shape with the same count.
Array with_shape(Array x, const Shape& shape);

/// An array of `shape` that reads x from index `first` on, each axis with its own stride: for axes that are permuted, reversed (a negative
/// stride), repeated (0) or sliced.
Array strided(const Array& x, const Shape& shape, const Strides& strides, Index first = 0);
/// The inverse: writes the numbers of y, an array of `shape`, to those places of x.
void put_strided(const Array& y, const Shape& shape, Array& x, const Strides& strides, Index first);
/// Repeated to fill `shape`.
Array broadcast_to(const Array& x, const Shape& shape);

/// Multiplies each pair of matrices of two stacks (..., rows, columns), transposed if asked. The leading axes are broadcast.
Array product(const Array& a, const Shape& a_shape, bool transpose_a, const Array& b, const Shape& b_shape, bool transpose_b);

/// A shape seen from one axis: the axes before it, the axis itself, the axes after it. Number (o, i, j) is at (o * size + i) * inner + j.
struct AxisView {
  Index outer, size, inner;
};
AxisView view_along(const Shape& shape, Index axis);

/// Positions of numbers in an array.
using Places = std::vector<Index, CachingAllocator<Index>>;

/// The position in an array of `shape` that each index points to: its own position, with the index as the coordinate along the axis.
/// Throws Error, naming `operation`, if ranks differ, other axes are longer than the array's, or an index is outside the axis.
Places places_along(const char* operation, const Shape& shape, Index axis, const Indices& indices);

/// The numbers of x at these places / a copy of x with numbers_k added at places_k, in double.
Array taken_at(const Array& x, const Places& places, const Shape& shape);
Array added_at(const Array& x, const Places& places, const Array& numbers);

}  // namespace qkv
