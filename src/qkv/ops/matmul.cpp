#include <qkv/kernels/gemm.h>
#include <qkv/kernels/parallel.h>
#include <qkv/kernels/rows.h>
#include <qkv/ops/elementwise.h>
#include <qkv/ops/matmul.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <algorithm>

namespace qkv {

Array product(const Array& a, const Shape& a_shape, bool transpose_a, const Array& b, const Shape& b_shape, bool transpose_b) {
  Shape a_lead = a_shape.part(0, a_shape.rank() - 2), b_lead = b_shape.part(0, b_shape.rank() - 2);
  Index n = a_shape[transpose_a ? -1 : -2], k = a_shape[transpose_a ? -2 : -1], m = b_shape[transpose_b ? -2 : -1];
  Shape shape = broadcast_shape(a_lead, b_lead, "matmul");
  const Index stacked = shape.count();
  StridedRows<2> rows(shape, {broadcast_strides(a_lead, shape), broadcast_strides(b_lead, shape)});
  shape.push_back(n);
  shape.push_back(m);
  Array c = empty_array(shape);
  if (!transpose_a && b_lead.count() == 1)  // one matrix on the right: all rows on the left at once
    kernels::gemm(false, transpose_b, stacked * n, m, k, a.data(), b.data(), 0, c.data());
  else
    rows.for_each_row([&](Index start, const std::array<Index, 2>& at) {
      for (Index i = 0; i < rows.row_length(); ++i)
        kernels::gemm(transpose_a, transpose_b, n, m, k, a.data() + (at[0] + i * rows.row_stride(0)) * n * k,
                      b.data() + (at[1] + i * rows.row_stride(1)) * k * m, 0, c.data() + (start + i) * n * m);
    });
  return c;
}

namespace {

/// The axes before the last two broadcast.
void require_lead(const Shape& x, const Shape& y) {
  for (Index axis = 3; axis <= std::min(x.rank(), y.rank()); ++axis)
    require(x[-axis] == y[-axis] || x[-axis] == 1 || y[-axis] == 1, "matmul: ", x, " @ ", y, ": leading sizes ", x[-axis], " and ",
            y[-axis], " differ, and neither is 1");
}

}  // namespace

/// Z = X Y.   dX = dZ Y^T, dY = X^T dZ.
Tensor matmul(const Tensor& x, const Tensor& y) {
  require(x.rank() > 0 && y.rank() > 0, "matmul: ", x.shape(), " @ ", y.shape(), ": a single number is not a matrix; multiply with *");
  Index inner_x = x.size(-1), inner_y = y.size(y.rank() == 1 ? -1 : -2);
  require(inner_x == inner_y, "matmul: ", x.shape(), " @ ", y.shape(), ": inner sizes ", inner_x, " and ", inner_y, " differ");
  // A vector is a row on the left and a column on the right; the result is without that axis.
  const Shape left = x.rank() == 1 ? Shape{1, inner_x} : x.shape(), right = y.rank() == 1 ? Shape{inner_y, 1} : y.shape();
  require_lead(left, right);
  Array z = product(array(x), left, false, array(y), right, false);
  const Shape whole = shape_of(z);
  Shape shape = whole;
  if (y.rank() == 1) shape = shape.without(shape.rank() - 1);
  if (x.rank() == 1) shape = shape.without(whole.rank() - 2);

  auto dx = [=](const Array& dz) -> Array { return product(dz, whole, false, array(y), right, true); };
  auto dy = [=](const Array& dz) -> Array {
    if (y.rank() > 2) return product(array(x), left, true, dz, whole, false);
    Array result = empty_array(y.shape());  // one matrix for all rows of x: their sum is one product too
    kernels::gemm(true, false, inner_y, right[-1], left.without(left.rank() - 1).count(), x.data(), dz.data(), 0, result.data());
    return result;
  };
  return record("matmul", with_shape(std::move(z), shape), {{x, dx}, {y, dy}});
}

/// Y = X W^T + b, with the rows [first, last) of W and b.   dX = dY W, dW = dY^T X, db = sum of dY's rows.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Integer first, Integer last) {
  require(weight.rank() == 2, "linear: weight of shape ", weight.shape(), ": must be (out, in)");
  const Index in = weight.size(1), out = last - first, from = first;
  require(x.rank() >= 1 && x.size(-1) == in, "linear: x ", x.shape(), " with weight ", weight.shape(),
          ": the last axis of x must have size ", in);
  require(first >= 0 && first <= last && last <= weight.size(0), "linear: rows ", first, " to ", last, " of weight ", weight.shape(),
          ": must lie inside it");
  Shape shape = x.shape();
  shape[-1] = out;
  Index rows = shape.part(0, shape.rank() - 1).count();
  Array y = empty_array(shape);

  auto dx = [=](const Array& dy) -> Array {
    Array result = empty_array(x.shape());
    kernels::gemm(false, false, rows, in, out, dy.data(), weight.data() + from * in, 0, result.data());
    return result;
  };
  auto dweight = [=](const Array& dy) -> Array {
    Array result = out == weight.size(0) ? empty_array(weight.shape()) : full_array(weight.shape(), 0);
    kernels::gemm(true, false, out, in, rows, dy.data(), x.data(), 0, result.data() + from * in);
    return result;
  };
  auto dbias = [=](const Array& dy) -> Array {
    Array result = full_array(bias.shape(), 0);
    kernels::add_rows(dy.data(), rows, out, result.data() + from);
    return result;
  };
  if (bias.defined()) {
    const Shape right{weight.size(0)};
    require(bias.shape() == right, "linear: bias of shape ", bias.shape(), " with weight ", weight.shape(), ": must be ", right);
    kernels::parallel(rows, out, 1, [&](Index begin, Index end) {
      for (Index row = begin; row < end; ++row) std::copy_n(bias.data() + from, out, y.data() + row * out);
    });
  }
  kernels::gemm(false, true, rows, out, in, x.data(), weight.data() + from * in, bias.defined() ? 1 : 0, y.data());
  if (!bias.defined()) return record("linear", std::move(y), {{x, dx}, {weight, dweight}});
  return record("linear", std::move(y), {{x, dx}, {weight, dweight}, {bias, dbias}});
}

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  return linear(x, weight, bias, 0, weight.rank() == 2 ? weight.size(0) : 0);
}

}  // namespace qkv
