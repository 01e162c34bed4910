#include <qkv/kernels/copy.h>
#include <qkv/ops/elementwise.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <algorithm>

namespace qkv {
namespace {

/// A place counted from the front: -1 is the last of `size`.
Index from_front(Index place, Index size) { return place < 0 ? place + size : place; }

}  // namespace

/// y = the same numbers.   dx = dy under x's shape.
Tensor reshape(const Tensor& x, const Shape& to) {
  Shape shape = to;
  for (Index size : to) require(size >= -1, "reshape: ", x.shape(), " to ", to, ": sizes must not be negative, but for one -1");
  require(std::count(to.begin(), to.end(), -1) <= 1, "reshape: ", x.shape(), " to ", to, ": only one size may be -1");
  if (const Index unknown = std::find(to.begin(), to.end(), -1) - to.begin(); unknown < to.rank()) {
    const Index known = to.without(unknown).count();
    require(known > 0 && x.size() % known == 0, "reshape: ", x.shape(), " to ", to, ": ", x.size(), " numbers are not a multiple of ",
            known);
    shape[unknown] = x.size() / known;
  }
  require(shape.count() == x.size(), "reshape: ", x.shape(), " to ", to, ": ", x.size(), " numbers into ", shape.count());
  return record("reshape", with_shape(array(x), shape),
                {{x, [=](const Array& dy, const Array&) -> Array { return with_shape(dy, x.shape()); }}});
}

/// y's axis i is x's axis order[i].   dx: dy's axes put back.
Tensor permute(const Tensor& x, const std::vector<Index>& order) {
  Shape shape = x.shape();
  require(static_cast<Index>(order.size()) == shape.rank(), "permute: ", order.size(), " axes named for shape ", shape, ": must be all ",
          shape.rank());
  Axes(order).among(shape, "permute");  // throws if an axis is named twice
  const Strides in_x = contiguous_strides(shape);
  Strides forth{}, back{};
  Shape to;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Index axis = shape.position(order[i], "permute");
    forth[i] = in_x[axis];
    to.push_back(shape[axis]);
  }
  const Strides in_y = contiguous_strides(to);
  for (std::size_t i = 0; i < order.size(); ++i) back[shape.position(order[i], "permute")] = in_y[i];
  return record("permute", strided(array(x), to, forth), {{x, [=](const Array& dy) -> Array { return strided(dy, shape, back); }}});
}

Tensor transpose(const Tensor& x, Integer first, Integer second) {
  std::vector<Index> order;
  for (Index axis = 0; axis < x.rank(); ++axis) order.push_back(axis);
  std::swap(order[x.shape().position(first, "transpose")], order[x.shape().position(second, "transpose")]);
  return permute(x, order);
}

Tensor unsqueeze(const Tensor& x, Integer axis) {
  Index at = from_front(axis, x.rank() + 1);
  require(at >= 0 && at <= x.rank(), "unsqueeze: axis ", axis, " for ", x.shape(), ": must be from ", -x.rank() - 1, " to ", x.rank());
  return reshape(x, x.shape().with(at, 1));
}

Tensor squeeze(const Tensor& x, Integer axis) {
  Index at = x.shape().position(axis, "squeeze");
  require(x.size(at) == 1, "squeeze: axis ", axis, " of ", x.shape(), " has size ", x.size(at), ": must be 1");
  return reshape(x, x.shape().without(at));
}

namespace {

/// y_j = x_(from + j step) along the axis, `count` of them, as an array of shape `to`.   dx: dy there, 0 elsewhere.
Tensor cut_out(const char* operation, const Tensor& x, Index axis, Index from, Index step, Index count, const Shape& to) {
  Strides strides = contiguous_strides(x.shape());
  const Index first = from * strides[axis];
  if (count > 1) strides[axis] *= step;  // a single entry has no next one, and its step may be beyond any size
  Shape cut = x.shape();
  cut[axis] = count;
  auto dx = [=](const Array& dy) -> Array {
    Array result = full_array(x.shape(), 0);
    put_strided(dy, cut, result, strides, first);
    return result;
  };
  return record(operation, with_shape(strided(array(x), cut, strides, first), to), {{x, dx}});
}

}  // namespace

Tensor slice(const Tensor& x, Integer axis, Integer start, Integer stop, Integer step) {
  Shape shape = x.shape();
  axis = shape.position(axis, "slice");
  Index size = shape[axis], from = from_front(start, size), to = from_front(stop, size);
  require(step >= 1, "slice: step ", step, ": must be at least 1");
  require(from >= 0 && from <= to && to <= size, "slice: [", start, ", ", stop, ") of axis ", axis, " of ", shape,
          ": must lie within 0 to ", size);
  shape[axis] = to == from ? 0 : (to - from - 1) / step + 1;
  return cut_out("slice", x, axis, from, step, shape[axis], shape);
}

Tensor select(const Tensor& x, Integer axis, Integer index) {
  Index at = x.shape().position(axis, "select"), size = x.size(at), entry = from_front(index, size);
  require(entry >= 0 && entry < size, "select: entry ", index, " of axis ", axis, " of ", x.shape(), ": must be from ", -size, " to ",
          size - 1);
  return cut_out("select", x, at, entry, 1, 1, x.shape().without(at));
}

namespace {

/// Parts side by side in each of `outer` rows of an array of shape `to`.   Each part's gradient is its stretch of dy's rows.
Tensor joined(const char* operation, const Tensors& parts, const Shape& to, Index outer) {
  const Index row = outer > 0 ? to.count() / outer : 0;
  // copy(p, in part p, in the whole, rows, numbers in each): a few rows of every part at a time, so that short ones are written together.
  auto for_each_piece = [=](const std::vector<Index>& widths, auto copy) {
    constexpr Index together = 16;
    for (Index o = 0; o < outer; o += together) {
      Index place = o * row;
      for (std::size_t p = 0; p < widths.size(); place += widths[p++])
        copy(p, o * widths[p], place, std::min(together, outer - o), widths[p]);
    }
  };
  std::vector<Index> widths;
  std::vector<const Scalar*> data;
  for (const Tensor& part : parts) {
    widths.push_back(outer > 0 ? part.size() / outer : 0);
    data.push_back(part.data());
  }
  Array y = empty_array(to);
  for_each_piece(widths, [&](std::size_t p, Index in_part, Index in_whole, Index rows, Index n) {
    kernels::copy_rows(data[p] + in_part, rows, n, n, y.data() + in_whole, row);
  });
  return record(operation, std::move(y), parts, [=](const Array& dy, const Array&) -> std::vector<Array> {
    std::vector<Array> gradients;
    for (const Tensor& part : parts) gradients.push_back(empty_array(part.shape()));
    for_each_piece(widths, [&](std::size_t p, Index in_part, Index in_whole, Index rows, Index n) {
      kernels::copy_rows(dy.data() + in_whole, rows, n, row, gradients[p].data() + in_part, n);
    });
    return gradients;
  });
}

}  // namespace

Tensor concat(const Tensors& parts, Integer axis) {
  require(!parts.empty(), "concat: nothing to join");
  Shape shape = parts[0].shape();
  axis = shape.position(axis, "concat");
  Index total = 0;
  for (const Tensor& part : parts) {
    bool fits = part.rank() == shape.rank();
    for (Index i = 0; i < shape.rank() && fits; ++i) fits = i == axis || part.size(i) == shape[i];
    require(fits, "concat: ", part.shape(), " beside ", shape, " along axis ", axis, ": all other sizes must be equal");
    total += part.size(axis);
  }
  shape[axis] = total;
  return joined("concat", parts, shape, shape.part(0, axis).count());
}

Tensor stack(const Tensors& parts, Integer axis) {
  require(!parts.empty(), "stack: nothing to join");
  const Shape shape = parts[0].shape();
  require(axis >= -shape.rank() - 1 && axis <= shape.rank(), "stack: axis ", axis, " for ", shape, ": must be from ", -shape.rank() - 1,
          " to ", shape.rank());
  for (const Tensor& part : parts) require(part.shape() == shape, "stack: ", part.shape(), " beside ", shape, ": all shapes must be equal");
  const Index at = from_front(axis, shape.rank() + 1);
  return joined("stack", parts, shape.with(at, static_cast<Index>(parts.size())), shape.part(0, at).count());
}

Tensors chunk(const Tensor& x, Integer count, Integer axis) {
  axis = x.shape().position(axis, "chunk");
  require(count >= 1 && x.size(axis) % count == 0, "chunk: axis ", axis, " of ", x.shape(), " into ", count,
          " equal parts: its size must be a multiple");
  Index size = x.size(axis) / count;
  Tensors parts;
  for (Index i = 0; i < count; ++i) parts.push_back(slice(x, axis, i * size, (i + 1) * size));
  return parts;
}

namespace {

/// y_i = x[which_i], both rows of `width` numbers.
template <class Number>
void copy_rows(const Number* x, const std::vector<Index>& which, Index width, Number* y) {
  for (Index row : which) y = std::copy_n(x + row * width, width, y);
}

/// y[index_i] = the sum of such x_i, both rows of `width` numbers. A row may be used a million times: its sum grows in doubles.
Array sum_by_index(const Array& x, const std::vector<Index>& indices, Index rows, Index width) {
  std::vector<Index> starts(static_cast<std::size_t>(rows + 1)), order(indices.size());  // which i have an index, one index after another
  for (Index index : indices) ++starts[index + 1];
  for (Index row = 0; row < rows; ++row) starts[row + 1] += starts[row];
  std::vector<Index> next(starts.begin(), starts.end());
  for (std::size_t i = 0; i < indices.size(); ++i) order[next[indices[i]]++] = static_cast<Index>(i);

  Array y = full_array({rows, width}, 0);
  std::vector<double> sum(static_cast<std::size_t>(width));
  for (Index row = 0; row < rows; ++row) {
    if (starts[row] == starts[row + 1]) continue;
    std::fill(sum.begin(), sum.end(), 0.0);
    for (Index i = starts[row]; i < starts[row + 1]; ++i) {
      const Scalar* from = x.data() + order[i] * width;
      for (Index j = 0; j < width; ++j) sum[j] += static_cast<double>(from[j]);
    }
    for (Index j = 0; j < width; ++j) y.data()[row * width + j] = static_cast<Scalar>(sum[j]);
  }
  return y;
}

}  // namespace

/// y_i = weight[index_i].   dweight[index_i] += dy_i.
Tensor embedding(const Indices& indices, const Tensor& weight, Integer padding_idx) {
  require(weight.rank() == 2, "embedding: weight of shape ", weight.shape(), ": must be (rows, width)");
  indices.check("embedding");
  Index rows = weight.size(0), width = weight.size(1);
  for (Index index : indices.values)
    require(index >= 0 && index < rows, "embedding: index ", index, " in a table of ", rows, " rows: must be from 0 to ", rows - 1);
  require(padding_idx == no_padding || (padding_idx >= 0 && padding_idx < rows), "embedding: padding_idx ", padding_idx, " in a table of ",
          rows, " rows: must be from 0 to ", rows - 1);
  Shape shape = indices.shape;
  shape.push_back(width);
  Array y = empty_array(shape);
  copy_rows(weight.data(), indices.values, width, y.data());
  auto dweight = [=](const Array& dy) -> Array {
    Array sums = sum_by_index(dy, indices.values, rows, width);
    if (padding_idx >= 0 && padding_idx < rows) std::fill_n(sums.data() + padding_idx * width, width, Scalar(0));
    return sums;
  };
  return record("embedding", std::move(y), {{weight, dweight}});
}

namespace {

/// The shape of these rows of an x of shape `of`.
Shape rows_shape(const Shape& of, const std::vector<Index>& which) {
  require(of.rank() > 0, "take_rows: a single number has no rows");
  for (Index row : which) require(row >= 0 && row < of[0], "take_rows: row ", row, " of ", of, ": must be from 0 to ", of[0] - 1);
  Shape shape = of;
  shape[0] = static_cast<Index>(which.size());
  return shape;
}

/// Does `which` count 0, 1, 2, ... to n - 1?
bool are_all(const std::vector<Index>& which, Index n) {
  for (std::size_t i = 0; i < which.size(); ++i)
    if (which[i] != static_cast<Index>(i)) return false;
  return static_cast<Index>(which.size()) == n;
}

}  // namespace

/// y_i = x[which_i].   dx[which_i] += dy_i.
Tensor take_rows(const Tensor& x, const std::vector<Index>& which) {
  const Shape from = x.shape(), shape = rows_shape(from, which);
  if (are_all(which, from[0])) return x;
  const Index width = from.part(1, from.rank()).count();
  Array y = empty_array(shape);
  copy_rows(x.data(), which, width, y.data());
  auto dx = [=](const Array& dy) -> Array { return with_shape(sum_by_index(dy, which, from[0], width), from); };
  return record("take_rows", std::move(y), {{x, dx}});
}

Indices take_rows(const Indices& x, const std::vector<Index>& which) {
  x.check("take_rows");
  Indices y;
  y.shape = rows_shape(x.shape, which);
  y.values.resize(static_cast<std::size_t>(y.shape.count()));
  copy_rows(x.values.data(), which, x.shape.part(1, x.shape.rank()).count(), y.values.data());
  return y;
}

Mask take_rows(const Mask& x, const std::vector<Index>& which) {
  x.check("take_rows");
  if (x.empty()) return x;
  Mask y;
  y.shape = rows_shape(x.shape, which);
  y.hidden.resize(static_cast<std::size_t>(y.shape.count()));
  copy_rows(x.hidden.data(), which, x.shape.part(1, x.shape.rank()).count(), y.hidden.data());
  return y;
}

/// y[i][j][k] = x[i][index[i][j][k]][k].   dx[i][index[i][j][k]][k] += dy[i][j][k].
Tensor gather(const Tensor& x, Integer axis, const Indices& indices) {
  Shape shape = x.shape();
  axis = shape.position(axis, "gather");
  Places from = places_along("gather", shape, axis, indices);
  Array y = taken_at(array(x), from, indices.shape);
  auto dx = [x, from = std::move(from)](const Array& dy) -> Array { return added_at(full_array(x.shape(), 0), from, dy); };
  return record("gather", std::move(y), {{x, dx}});
}

namespace {

/// x, but `value` where the mask hides.
Array filled(const Array& x, const Mask& mask, Scalar value) {
  Array y = x;
  Shape shape = shape_of(x);
  StridedRows<1> rows(shape, {broadcast_strides(mask.shape, shape)});
  rows.for_each_row([&](Index start, const std::array<Index, 1>& at) {
    const std::uint8_t* hidden = mask.hidden.data() + at[0];
    Scalar* out = y.data() + start;
    Index step = rows.row_stride(0);
    for (Index i = 0; i < rows.row_length(); ++i)
      if (hidden[i * step]) out[i] = value;
  });
  return y;
}

}  // namespace

/// y = value where hidden, x elsewhere.   dx = 0 where hidden, dy elsewhere.
Tensor masked_fill(const Tensor& x, const Mask& mask, double value) {
  if (mask.empty()) return x;
  mask.check("masked_fill");
  Shape shape = broadcast_shape(x.shape(), mask.shape, "masked_fill");
  require(shape == x.shape(), "masked_fill: mask ", mask.shape, " for ", x.shape(),
          ": the mask is broadcast to the tensor, not the other way round");
  auto dx = [=](const Array& dy) -> Array { return filled(dy, mask, 0); };
  return record("masked_fill", filled(array(x), mask, static_cast<Scalar>(value)), {{x, dx}});
}

}  // namespace qkv
