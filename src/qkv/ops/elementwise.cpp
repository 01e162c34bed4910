#include <qkv/kernels/copy.h>
#include <qkv/kernels/transpose.h>
#include <qkv/ops/elementwise.h>
#include <qkv/tensor/check.h>

#include <algorithm>

namespace qkv {

Array elementwise(const Array& x, Kernel kernel) {
  Array y = Array::from_shape(x.shape());
  kernel(x.data(), y.data(), static_cast<Index>(x.size()));
  return y;
}

Array with_shape(Array x, const Shape& shape) {
  x.reshape(std::vector<std::size_t>(shape.begin(), shape.end()));
  return x;
}

namespace {

/// copy(place in the dense array, place in the strided one, pieces, numbers in each, how far apart in either) for all numbers.
template <class Copy>
void for_each_piece(const StridedRows<1>& rows, Copy copy) {
  const Index n = rows.row_length(), step = rows.row_stride(0);
  if (step != 1) return rows.for_each_row([&](Index start, const std::array<Index, 1>& at) { copy(start, at[0], n, 1, 1, step); });
  const StridedRows<1> pieces(rows.sizes.part(0, rows.sizes.rank() - 1), rows.strides);
  pieces.for_each_row(
      [&](Index start, const std::array<Index, 1>& at) { copy(start * n, at[0], pieces.row_length(), n, n, pieces.row_stride(0)); });
}

/// Where x lies in one piece along axis `next` of y, and y along its last: a matrix to be turned round at every place of the other axes.
void turn_matrices(const Scalar* x, const StridedRows<1>& y, Index next, Scalar* out) {
  const Strides &in_x = y.strides[0], in_y = contiguous_strides(y.sizes);
  std::array<Strides, 2> strides{};
  Shape others;
  for (Index axis = 0; axis < y.sizes.rank() - 1; ++axis) {
    if (axis == next) continue;
    strides[0][others.rank()] = in_x[axis];
    strides[1][others.rank()] = in_y[axis];
    others.push_back(y.sizes[axis]);
  }
  const StridedRows<2> matrices(others, strides);
  matrices.for_each_row([&](Index, const std::array<Index, 2>& at) {
    for (Index i = 0; i < matrices.row_length(); ++i)
      kernels::transpose(x + at[0] + i * matrices.row_stride(0), y.row_length(), y.sizes[next], y.row_stride(0),
                         out + at[1] + i * matrices.row_stride(1), in_y[next]);
  });
}

}  // namespace

Array strided(const Array& x, const Shape& shape, const Strides& strides, Index first) {
  Array y = empty_array(shape);
  if (y.size() == 0) return y;
  const StridedRows<1> rows(shape, {strides});
  const Scalar* from = x.data() + first;
  const auto in_x = rows.strides[0].begin(), last = in_x + rows.sizes.rank() - 1, next = std::find(in_x, last, 1);
  if (*last > 1 && next != last) {
    turn_matrices(from, rows, next - in_x, y.data());
    return y;
  }
  for_each_piece(rows, [&](Index in_y, Index at, Index pieces, Index n, Index apart_y, Index apart_x) {
    if (apart_x == -1) std::reverse_copy(from + at - pieces + 1, from + at + 1, y.data() + in_y);
    else if (apart_x == 0 && n == 1) std::fill_n(y.data() + in_y, pieces, from[at]);
    else kernels::copy_rows(from + at, pieces, n, apart_x, y.data() + in_y, apart_y);
  });
  return y;
}

void put_strided(const Array& y, const Shape& shape, Array& x, const Strides& strides, Index first) {
  if (y.size() == 0) return;
  for_each_piece({shape, {strides}}, [&](Index in_y, Index at, Index pieces, Index n, Index apart_y, Index apart_x) {
    kernels::copy_rows(y.data() + in_y, pieces, n, apart_y, x.data() + first + at, apart_x);
  });
}

Array broadcast_to(const Array& x, const Shape& shape) { return strided(x, shape, broadcast_strides(shape_of(x), shape)); }

AxisView view_along(const Shape& shape, Index axis) {
  return {shape.part(0, axis).count(), shape[axis], shape.part(axis + 1, shape.rank()).count()};
}

Places places_along(const char* operation, const Shape& shape, Index axis, const Indices& indices) {
  indices.check(operation);
  require(indices.shape.rank() == shape.rank(), operation, ": indices ", indices.shape, " for ", shape, ": must have as many axes");
  for (Index i = 0; i < shape.rank(); ++i)
    require(i == axis || indices.shape[i] <= shape[i], operation, ": indices ", indices.shape, " for ", shape, ": axis ", i, " is longer");
  Strides strides = contiguous_strides(shape);
  Index along = strides[axis];
  strides[axis] = 0;
  Places places(indices.values.size());
  StridedRows<1> rows(indices.shape, {strides});
  rows.for_each_row([&](Index start, const std::array<Index, 1>& at) {
    for (Index i = 0; i < rows.row_length(); ++i) {
      Index index = indices.values[start + i];
      require(index >= 0 && index < shape[axis], operation, ": index ", index, " along axis ", axis, " of ", shape, ": must be from 0 to ",
              shape[axis] - 1);
      places[start + i] = at[0] + i * rows.row_stride(0) + index * along;
    }
  });
  return places;
}

Array taken_at(const Array& x, const Places& places, const Shape& shape) {
  Array y = empty_array(shape);
  for (std::size_t i = 0; i < places.size(); ++i) y.data()[i] = x.data()[places[i]];
  return y;
}

Array added_at(const Array& x, const Places& places, const Array& numbers) {
  std::vector<double> sums(x.begin(), x.end());
  for (std::size_t i = 0; i < places.size(); ++i) sums[places[i]] += numbers.data()[i];
  Array y = Array::from_shape(x.shape());
  std::transform(sums.begin(), sums.end(), y.begin(), [](double sum) { return static_cast<Scalar>(sum); });
  return y;
}

}  // namespace qkv
