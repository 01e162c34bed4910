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
  Shape known_sizes;
  Index unknown = -1;
  for (Index axis = 0; axis < shape.rank(); ++axis) {
    require(shape[axis] >= -1, "reshape: ", x.shape(), " to ", to, ": sizes must not be negative, but for one -1");
    require(shape[axis] != -1 || unknown < 0, "reshape: ", x.shape(), " to ", to, ": only one size may be -1");
    if (shape[axis] == -1) unknown = axis;
    else known_sizes.push_back(shape[axis]);
  }
  if (unknown >= 0) {
    Index known = known_sizes.count();
    require(known > 0 && x.size() % known == 0, "reshape: ", x.shape(), " to ", to, ": ", x.size(), " numbers are not a multiple of ",
            known);
    shape[unknown] = x.size() / known;
  }
  require(shape.count() == x.size(), "reshape: ", x.shape(), " to ", to, ": ", x.size(), " numbers into ", shape.count());
  return record("reshape", with_shape(array(x), shape),
                {{x, [=](const Array& dy, const Array&) -> Array { return with_shape(dy, x.shape()); }}});
}

namespace {

/// Result axis i is axis order[i] of x.
Array permuted(const Array& x, const std::vector<Index>& order) {
  Shape from = shape_of(x), to;
  Strides stored = contiguous_strides(from), strides{};
  for (std::size_t i = 0; i < order.size(); ++i) {
    to.push_back(from[order[i]]);
    strides[i] = stored[order[i]];
  }
  Array y = empty_array(to);
  StridedRows<1> rows(to, {strides});
  Index n = rows.row_length(), step = rows.row_stride(0);
  rows.for_each_row([&](Index start, const std::array<Index, 1>& at) {
    const Scalar* __restrict in = x.data() + at[0];
    Scalar* __restrict out = y.data() + start;
    if (step == 1)
      for (Index i = 0; i < n; ++i) out[i] = in[i];
    else
      for (Index i = 0; i < n; ++i) out[i] = in[i * step];
  });
  return y;
}

}  // namespace

/// y's axis i is x's axis order[i].   dx: dy's axes put back.
Tensor permute(const Tensor& x, const std::vector<Index>& order) {
  Shape shape = x.shape();
  require(static_cast<Index>(order.size()) == shape.rank(), "permute: ", order.size(), " axes named for shape ", shape, ": must be all ",
          shape.rank());
  std::vector<Index> forth(order.size()), back(order.size(), -1);
  for (std::size_t i = 0; i < order.size(); ++i) {
    forth[i] = shape.position(order[i], "permute");
    std::size_t axis = static_cast<std::size_t>(forth[i]);
    require(back[axis] < 0, "permute: axis ", order[i], " of ", shape, " is named twice");
    back[axis] = static_cast<Index>(i);
  }
  return record("permute", permuted(array(x), forth), {{x, [=](const Array& dy, const Array&) -> Array { return permuted(dy, back); }}});
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
  AxisView view = view_along(x.shape(), axis);
  Index run = step == 1 ? count * view.inner : view.inner, runs = step == 1 ? 1 : count;  // what is copied in one piece, and how often
  // Each run of the result and its place in x: the same walk copies forth and back.
  auto for_each_run = [=](auto copy) {
    for (Index o = 0; o < view.outer; ++o)
      for (Index r = 0; r < runs; ++r) copy((o * view.size + from + r * step) * view.inner, (o * runs + r) * run, run);
  };
  Array y = empty_array(to);
  const Scalar* in = array(x).data();
  for_each_run([&](Index in_x, Index in_y, Index n) { std::copy_n(in + in_x, n, y.data() + in_y); });
  return record(operation, std::move(y), {{x, [=](const Array& dy, const Array&) -> Array {
                                             Array dx = empty_array(x.shape());
                                             Index end = 0;  // of what is written
                                             for_each_run([&](Index in_x, Index in_y, Index n) {
                                               std::fill(dx.data() + end, dx.data() + in_x, Scalar(0));
                                               end = in_x + n;
                                               std::copy_n(dy.data() + in_y, n, dx.data() + in_x);
                                             });
                                             std::fill(dx.data() + end, dx.data() + x.size(), Scalar(0));
                                             return dx;
                                           }}});
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

/// y = the parts one after another.   Each part's gradient is its stretch of dy.
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
  AxisView whole = view_along(shape, axis);
  // Each part's stretches and their places in the whole: the same walk copies forth and back.
  auto for_each_stretch = [whole](const Tensors& of, Index along, auto copy) {
    Index before = 0;
    for (std::size_t p = 0; p < of.size(); ++p) {
      Index n = of[p].size(along) * whole.inner;
      for (Index o = 0; o < whole.outer; ++o) copy(p, o * n, (o * whole.size + before) * whole.inner, n);
      before += of[p].size(along);
    }
  };
  Array y = empty_array(shape);
  for_each_stretch(parts, axis, [&](std::size_t p, Index in_part, Index in_whole, Index n) {
    std::copy_n(parts[p].data() + in_part, n, y.data() + in_whole);
  });
  return record("concat", std::move(y), parts, [=](const Array& dy, const Array&) -> std::vector<Array> {
    std::vector<Array> gradients;
    for (const Tensor& part : parts) gradients.push_back(empty_array(part.shape()));
    for_each_stretch(parts, axis, [&](std::size_t p, Index in_part, Index in_whole, Index n) {
      std::copy_n(dy.data() + in_whole, n, gradients[p].data() + in_part);
    });
    return gradients;
  });
}

Tensor stack(const Tensors& parts, Integer axis) {
  require(!parts.empty(), "stack: nothing to join");
  const Index rank = parts[0].rank();
  require(axis >= -rank - 1 && axis <= rank, "stack: axis ", axis, " for ", parts[0].shape(), ": must be from ", -rank - 1, " to ", rank);
  Tensors with_axis;
  for (const Tensor& part : parts) {
    require(part.shape() == parts[0].shape(), "stack: ", part.shape(), " beside ", parts[0].shape(), ": all shapes must be equal");
    with_axis.push_back(unsqueeze(part, axis));
  }
  return concat(with_axis, from_front(axis, rank + 1));
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
  for (std::size_t i = 0; i < indices.values.size(); ++i)
    std::copy_n(weight.data() + indices.values[i] * width, width, y.data() + static_cast<Index>(i) * width);
  return record("embedding", std::move(y), {{weight, [=](const Array& dy, const Array&) -> Array {
                                               Array dweight = full_array(weight.shape(), 0);
                                               for (std::size_t i = 0; i < indices.values.size(); ++i) {
                                                 if (indices.values[i] == padding_idx) continue;
                                                 Scalar* row = dweight.data() + indices.values[i] * width;
                                                 for (Index j = 0; j < width; ++j) row[j] += dy.data()[static_cast<Index>(i) * width + j];
                                               }
                                               return dweight;
                                             }}});
}

/// y[i][j][k] = x[i][index[i][j][k]][k].   dx[i][index[i][j][k]][k] += dy[i][j][k].
Tensor gather(const Tensor& x, Integer axis, const Indices& indices) {
  Shape shape = x.shape();
  axis = shape.position(axis, "gather");
  std::vector<Index> from = places_along("gather", shape, axis, indices);
  Array y = empty_array(indices.shape);
  for (std::size_t i = 0; i < from.size(); ++i) y.data()[i] = x.data()[from[i]];
  auto dx = [=](const Array& dy) -> Array { return added_at(full_array(x.shape(), 0), from, dy); };
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
  return record("masked_fill", filled(array(x), mask, static_cast<Scalar>(value)),
                {{x, [=](const Array& dy, const Array&) -> Array { return filled(dy, mask, 0); }}});
}

}  // namespace qkv
