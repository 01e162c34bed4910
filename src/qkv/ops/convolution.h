#pragma once
#include <qkv/tensor/tensor.h>

// Convolution (cross-correlation, as in every framework), by unfolding into a matrix product.

namespace qkv {

/// A size or step along both axes of an image: 3 for 3 x 3, or {3, 5}.
struct HeightWidth {
  Index height, width;

  template <class Given, class = std::enable_if_t<std::is_convertible<Given, Integer>::value>>
  HeightWidth(Given both) : height(Integer(both)), width(height) {}
  HeightWidth(Integer h, Integer w) : height(h), width(w) {}
};

/// Every window of an image as a column: x (B, C, H, W) -> (B, C kh kw, L). Row (c, i, j) of column (p, q) is
/// x[c][p stride + i dilation - padding][q stride + j dilation - padding], or 0 beyond the border. torch.nn.functional.unfold.
/// L = out_h out_w, out = (size + 2 padding - dilation (kernel - 1) - 1) / stride + 1, rounded down.
/// Throws Error if x is not (B, C, H, W), the window is larger than the padded image, or a number is out of range.
Tensor unfold(const Tensor& x, const HeightWidth& kernel, const HeightWidth& dilation = 1, const HeightWidth& padding = 0,
              const HeightWidth& stride = 1);

/// y[o][p][q] = bias[o] + sum_cij weight[o][c][i][j] x[c][p stride + i dilation - padding][q stride + j dilation - padding].
/// x (B, C, H, W), weight (out, C / groups, kh, kw), bias (out) or undefined -> (B, out, out_h, out_w), sizes as in unfold. Channels are
/// divided into `groups` parts. Each part of the output sees only its own part of the input.  Dumoulin and Visin 2016.
/// Throws Error as unfold does, or if the channels do not fit.
Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias = {}, const HeightWidth& stride = 1, const HeightWidth& padding = 0,
              const HeightWidth& dilation = 1, Integer groups = 1);
/// The same along one axis: x (B, C, T), weight (out, C / groups, k) -> (B, out, out_t).
Tensor conv1d(const Tensor& x, const Tensor& weight, const Tensor& bias = {}, Integer stride = 1, Integer padding = 0, Integer dilation = 1,
              Integer groups = 1);

}  // namespace qkv
