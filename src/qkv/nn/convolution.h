#pragma once
#include <qkv/nn/module.h>
#include <qkv/ops/convolution.h>

namespace qkv::nn {

template <class Size>
struct ConvOptions {
  Size stride = 1, padding = 0, dilation = 1;
  Integer groups = 1;  ///< the channels are split into so many parts, each convolved separately; must divide both numbers of channels
  Flag bias = true;
};
using Conv1dOptions = ConvOptions<Integer>;
using Conv2dOptions = ConvOptions<HeightWidth>;

/// A window that slides along a sequence, the same weights everywhere: x (B, in, T) -> (B, out, out_t).  ops/convolution.h; PyTorch's nn.Conv1d.
/// weight (out, in / groups, k) and bias (out) start uniform in +-1/sqrt(in / groups k).
struct Conv1d : Module {
  const Conv1dOptions options;
  Parameter weight, bias;  ///< bias is undefined if the layer has none

  Conv1d(Integer in_channels, Integer out_channels, Integer kernel_size, Rng& rng, const Conv1dOptions& options = {});
  Tensor operator()(const Tensor& x) const;
};

/// The same over images: x (B, in, H, W) -> (B, out, out_h, out_w), weight (out, in / groups, kh, kw).  LeCun et al. 1998; PyTorch's nn.Conv2d.
struct Conv2d : Module {
  const Conv2dOptions options;
  Parameter weight, bias;

  Conv2d(Integer in_channels, Integer out_channels, const HeightWidth& kernel_size, Rng& rng, const Conv2dOptions& options = {});
  Tensor operator()(const Tensor& x) const;
};

}  // namespace qkv::nn
