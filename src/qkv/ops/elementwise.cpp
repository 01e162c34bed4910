#include <qkv/ops/elementwise.h>

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

}  // namespace qkv
