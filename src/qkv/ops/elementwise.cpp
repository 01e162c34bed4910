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

Array broadcast_to(const Array& x, const Shape& shape) {
  Array y = empty_array(shape);
  StridedRows<1> rows(shape, {broadcast_strides(shape_of(x), shape)});
  rows.for_each_row([&](Index start, const std::array<Index, 1>& at) {
    if (rows.row_stride(0)) std::copy_n(x.data() + at[0], rows.row_length(), y.data() + start);
    else std::fill_n(y.data() + start, rows.row_length(), x.data()[at[0]]);
  });
  return y;
}

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

Array added_at(const Array& x, const Places& places, const Array& numbers) {
  std::vector<double> sums(x.begin(), x.end());
  for (std::size_t i = 0; i < places.size(); ++i) sums[places[i]] += numbers.data()[i];
  Array y = Array::from_shape(x.shape());
  std::transform(sums.begin(), sums.end(), y.begin(), [](double sum) { return static_cast<Scalar>(sum); });
  return y;
}

}  // namespace qkv
