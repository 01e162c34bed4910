#include <qkv/ops/arrange.h>
#include <qkv/ops/elementwise.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <algorithm>

namespace qkv {
namespace {

/// x (..., n, m), but 0 where gone(column - row).
template <class F>
Tensor triangle(const char* operation, const Tensor& x, F gone) {
  require(x.rank() >= 2, operation, ": ", x.shape(), ": must be a matrix, (..., n, m)");
  Index n = x.size(-2), m = x.size(-1);
  Mask mask({n, m}, std::vector<std::uint8_t>(static_cast<std::size_t>(n * m)));
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < m; ++j) mask.hidden[i * m + j] = gone(j - i);
  return masked_fill(x, mask, 0);
}

/// What scatter takes from src: as much as there are indices.
Tensor part_of(const char* operation, const Tensor& src, const Shape& indices) {
  if (src.rank() == 0) return expand(src, indices);
  bool fits = src.rank() == indices.rank();
  for (Index axis = 0; fits && axis < src.rank(); ++axis) fits = indices[axis] <= src.size(axis);
  require(fits, operation, ": src ", src.shape(), " for indices ", indices, ": must be as large, or a number");
  Tensor part = src;
  for (Index axis = 0; axis < src.rank(); ++axis)
    if (indices[axis] < src.size(axis)) part = slice(part, axis, 0, indices[axis]);
  return part;
}

}  // namespace

/// y_i = x_(n - 1 - i).   dx: dy turned back.
Tensor flip(const Tensor& x, const Axes& axes) {
  const Shape shape = x.shape();
  const std::vector<bool> turned = axes.among(shape, "flip");
  Strides strides = contiguous_strides(shape);
  Index first = 0;  // where the result begins in x
  for (Index axis = 0; axis < shape.rank(); ++axis)
    if (turned[axis]) {
      first += (shape[axis] - 1) * strides[axis];
      strides[axis] *= -1;
    }
  auto flipped = [=](const Array& numbers) -> Array { return strided(numbers, shape, strides, first); };
  return record("flip", flipped(array(x)), {{x, flipped}});
}

Tensor tril(const Tensor& x, Integer diagonal) {
  return triangle("tril", x, [=](Index right) { return right > diagonal; });
}
Tensor triu(const Tensor& x, Integer diagonal) {
  return triangle("triu", x, [=](Index right) { return right < diagonal; });
}

/// y = x, repeated.   dx = dy, summed over the repetitions (which the engine does).
Tensor expand(const Tensor& x, const Shape& shape) {
  Shape to = shape;
  Index added = to.rank() - x.rank();
  for (Index axis = 0; axis < to.rank(); ++axis) {
    bool fresh = axis < added;
    Index size = fresh ? 1 : x.size(axis - added);
    if (to[axis] == -1 && !fresh) to[axis] = size;
    bool fits = size == 1 || size == to[axis];
    require(fits && to[axis] >= 0, "expand: ", x.shape(), " to ", shape, ": axis ", axis, " must ",
            fresh ? "not be negative: it is new" : "keep its size, or have size 1");
  }
  require(added >= 0, "expand: ", x.shape(), " to ", shape, ": must have at least as many axes");
  return record("expand", broadcast_to(array(x), to), {{x, [](const Array& dy) -> Array { return dy; }}});
}

/// y = x, but y[place_k] = src_k.   From the last k to the first: dsrc_k = dy[place_k], which then is taken. dx = what is left of dy.
Tensor scatter(const Tensor& x, Integer axis, const Indices& indices, const Tensor& src) {
  axis = x.shape().position(axis, "scatter");
  Places places = places_along("scatter", x.shape(), axis, indices);
  Tensor part = part_of("scatter", src, indices.shape);
  Array y = array(x);
  for (std::size_t k = 0; k < places.size(); ++k) y.data()[places[k]] = part.data()[k];
  return record("scatter", std::move(y), {x, part}, [=](const Array& dy) -> std::vector<Array> {
    Array dx = dy, dsrc = empty_array(indices.shape);
    for (std::size_t k = places.size(); k-- > 0;) dsrc.data()[k] = std::exchange(dx.data()[places[k]], Scalar(0));
    return gradients_of(std::move(dx), std::move(dsrc));
  });
}

/// y = x, and y[place_k] += src_k.   dx = dy, dsrc_k = dy[place_k].
Tensor scatter_add(const Tensor& x, Integer axis, const Indices& indices, const Tensor& src) {
  axis = x.shape().position(axis, "scatter_add");
  Places places = places_along("scatter_add", x.shape(), axis, indices);
  Tensor part = part_of("scatter_add", src, indices.shape);
  auto dsrc = [=](const Array& dy) -> Array { return taken_at(dy, places, indices.shape); };
  return record("scatter_add", added_at(array(x), places, array(part)), {{x, [](const Array& dy) -> Array { return dy; }}, {part, dsrc}});
}

}  // namespace qkv
