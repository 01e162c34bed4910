#include <qkv/kernels/parallel.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/convolution.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <algorithm>

namespace qkv {
namespace {

/// A window's way along one axis: at output p its entry i lies at p stride + i dilation - padding.
struct Steps {
  Index size, kernel, stride, padding, dilation, out;

  Steps(const char* operation, Index size_, Index kernel_, Index stride_, Index padding_, Index dilation_)
      : size(size_), kernel(kernel_), stride(stride_), padding(padding_), dilation(dilation_) {
    constexpr Index most = Index{1} << 30;
    auto must_be = [&](const char* name, Index number, Index least) {
      require(number >= least && number <= most, operation, ": ", name, " ", number, ": must be from ", least, " to ", most);
    };
    must_be("kernel", kernel, 1);
    must_be("stride", stride, 1);
    must_be("padding", padding, 0);
    must_be("dilation", dilation, 1);
    Index reach = dilation * (kernel - 1) + 1;
    require(reach <= size + 2 * padding, operation, ": a window of ", kernel, " with dilation ", dilation, " reaches over ", reach, " of ",
            size, " with padding ", padding, ": must lie within");
    out = (size + 2 * padding - reach) / stride + 1;
  }
  /// The outputs [first, last) at which entry i lies on the axis, not in its padding.
  Index first(Index i) const { return std::min(out, std::max(Index{0}, (padding - i * dilation + stride - 1) / stride)); }
  Index last(Index i) const { return std::max(first(i), std::min(out, (size - 1 + padding - i * dilation + stride) / stride)); }
  Index place(Index i, Index p) const { return p * stride + i * dilation - padding; }
};

/// use(place in the image, place in the columns, how many) for all that windows see of one channel: neighbours in the columns lie x.stride apart
/// in the image.
template <class Use>
void for_each_seen(const Steps& y, const Steps& x, Use use) {
  for (Index i = 0; i < y.kernel; ++i)
    for (Index j = 0; j < x.kernel; ++j)
      for (Index p = y.first(i); p < y.last(i); ++p)
        use(y.place(i, p) * x.size + x.place(j, x.first(j)), ((i * x.kernel + j) * y.out + p) * x.out + x.first(j), x.last(j) - x.first(j));
}

/// columns = what the windows of x see.   dx: each number of dcolumns added where it was seen.
Tensor unfold(const char* operation, const Tensor& x, const HeightWidth& kernel, const HeightWidth& dilation, const HeightWidth& padding,
              const HeightWidth& stride) {
  require(x.rank() == 4, operation, ": x ", x.shape(), ": must be (B, C, H, W)");
  Steps rows(operation, x.size(2), kernel.height, stride.height, padding.height, dilation.height);
  Steps columns(operation, x.size(3), kernel.width, stride.width, padding.width, dilation.width);
  Index channels = x.size(0) * x.size(1), image = rows.size * columns.size, window = rows.kernel * columns.kernel,
        unfolded = window * rows.out * columns.out;
  auto for_each_channel = [=](auto use) {
    kernels::parallel(channels, unfolded, 1, [&](Index begin, Index end) {
      for (Index c = begin; c < end; ++c)
        for_each_seen(rows, columns, [&](Index in_x, Index in_y, Index n) { use(c * image + in_x, c * unfolded + in_y, n); });
    });
  };
  const Index step = columns.stride;
  const Shape shape{x.size(0), x.size(1) * window, rows.out * columns.out};
  Array y = rows.padding == 0 && columns.padding == 0 ? empty_array(shape) : full_array(shape, 0);  // windows see zeros in the padding
  for_each_channel([&](Index in_x, Index in_y, Index n) {
    const Scalar* __restrict from = x.data() + in_x;
    Scalar* __restrict to = y.data() + in_y;
    if (step == 1) std::copy_n(from, n, to);
    else
      for (Index q = 0; q < n; ++q) to[q] = from[q * step];
  });
  auto dx = [=](const Array& dy) -> Array {
    Array result = full_array(x.shape(), 0);
    for_each_channel([&](Index in_x, Index in_y, Index n) {
      const Scalar* __restrict from = dy.data() + in_y;
      Scalar* __restrict to = result.data() + in_x;
      for (Index q = 0; q < n; ++q) to[q * step] += from[q];
    });
    return result;
  };
  return record(operation, std::move(y), {{x, dx}});
}

}  // namespace

Tensor unfold(const Tensor& x, const HeightWidth& kernel, const HeightWidth& dilation, const HeightWidth& padding,
              const HeightWidth& stride) {
  return unfold("unfold", x, kernel, dilation, padding, stride);
}

namespace {

void check(const char* operation, const Tensor& x, const Tensor& weight, const Tensor& bias, Index groups, Index rank, const char* sizes,
           const char* kernel) {
  require(x.rank() == rank, operation, ": x ", x.shape(), ": must be (B, C, ", sizes, ")");
  require(weight.rank() == rank, operation, ": weight ", weight.shape(), ": must be (out, C / groups, ", kernel, ")");
  require(groups >= 1 && weight.size(0) % groups == 0 && x.size(1) == weight.size(1) * groups, operation, ": x ", x.shape(),
          " with weight ", weight.shape(), " in groups of ", groups,
          ": must be C = groups times (C / groups), and out a multiple of the groups");
  require(!bias.defined() || bias.shape() == Shape{weight.size(0)}, operation, ": bias ", bias.defined() ? bias.shape() : Shape{},
          ": must be ", Shape{weight.size(0)});
}

/// y = weight columns + bias, group by group.
Tensor convolution(const char* operation, const Tensor& x, const Tensor& weight, const Tensor& bias, const HeightWidth& stride,
                   const HeightWidth& padding, const HeightWidth& dilation, Index groups) {
  Shape w = weight.shape();
  Tensor columns = unfold(operation, x, {w[2], w[3]}, dilation, padding, stride);
  Index batch = x.size(0), window = w[1] * w[2] * w[3], places = columns.size(-1);
  Steps rows("", x.size(2), w[2], stride.height, padding.height, dilation.height);
  Tensor y = matmul(reshape(weight, {groups, w[0] / groups, window}), reshape(columns, {batch, groups, window, places}));
  y = reshape(y, {batch, w[0], rows.out, places / rows.out});
  return bias.defined() ? y + reshape(bias, {w[0], 1, 1}) : y;
}

}  // namespace

Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias, const HeightWidth& stride, const HeightWidth& padding,
              const HeightWidth& dilation, Integer groups) {
  check("conv2d", x, weight, bias, groups, 4, "H, W", "kh, kw");
  return convolution("conv2d", x, weight, bias, stride, padding, dilation, groups);
}

Tensor conv1d(const Tensor& x, const Tensor& weight, const Tensor& bias, Integer stride, Integer padding, Integer dilation,
              Integer groups) {
  check("conv1d", x, weight, bias, groups, 3, "T", "k");
  return squeeze(convolution("conv1d", unsqueeze(x, 2), unsqueeze(weight, 2), bias, {1, stride}, {0, padding}, {1, dilation}, groups), 2);
}

}  // namespace qkv
