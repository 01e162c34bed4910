#include <qkv/nn/convolution.h>
#include <qkv/nn/init.h>
#include <qkv/tensor/check.h>

namespace qkv::nn {
namespace {

/// Before anything is built: the weight's shape.
Shape weight_shape(const char* name, Index in, Index out, std::initializer_list<Index> kernel, Index groups) {
  require(in > 0 && out > 0, name, ": ", in, " channels in, ", out, " out: must be at least 1");
  require(groups > 0 && in % groups == 0 && out % groups == 0, name, ": ", in, " channels in, ", out, " out, in groups of ", groups,
          ": must be multiples of the groups");
  Shape shape{out, in / groups};
  for (Index size : kernel) {
    require(size > 0, name, ": kernel_size ", size, ": must be at least 1");
    shape.push_back(size);
  }
  return shape;
}

/// How many numbers one output is made from.
Index fan_in(const Shape& weight) { return weight.without(0).count(); }
Tensor start(const Shape& weight, Rng& rng) { return fan_in_uniform(weight, fan_in(weight), rng); }

}  // namespace

Conv1d::Conv1d(Integer in, Integer out, Integer kernel, Rng& rng, const Conv1dOptions& chosen)
    : options(chosen),
      weight(add_parameter("weight", start(weight_shape("Conv1d", in, out, {kernel}, chosen.groups), rng))),
      bias(chosen.bias ? add_parameter("bias", fan_in_uniform({out}, fan_in(weight.shape()), rng)) : Tensor()) {}

Tensor Conv1d::operator()(const Tensor& x) const {
  return conv1d(x, weight, bias, options.stride, options.padding, options.dilation, options.groups);
}

Conv2d::Conv2d(Integer in, Integer out, const HeightWidth& kernel, Rng& rng, const Conv2dOptions& chosen)
    : options(chosen),
      weight(add_parameter("weight", start(weight_shape("Conv2d", in, out, {kernel.height, kernel.width}, chosen.groups), rng))),
      bias(chosen.bias ? add_parameter("bias", fan_in_uniform({out}, fan_in(weight.shape()), rng)) : Tensor()) {}

Tensor Conv2d::operator()(const Tensor& x) const {
  return conv2d(x, weight, bias, options.stride, options.padding, options.dilation, options.groups);
}

}  // namespace qkv::nn
