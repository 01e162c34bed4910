#include "layers.h"

#include <qkv/nn/convolution.h>
#include <qkv/tensor/error.h>

using namespace qkv;

// Their values beyond this: tests/ops/test_convolution.cpp.

TEST_CASE("Conv1d: by hand, with stride and padding") {
  Rng rng(1);
  nn::Conv1dOptions options;
  options.stride = 2;
  options.padding = 1;
  nn::Conv1d layer(2, 1, 3, rng, options);
  layer.load({{"weight", tensor({{{1, 2, 3}, {10, 20, 30}}})}, {"bias", tensor({1000})}});
  // Windows (0, 1, 2) and (2, 3, 0) of the first channel, (0, 4, 5) and (5, 6, 0) of the second.
  CHECK(largest_difference(layer(tensor({{{1, 2, 3}, {4, 5, 6}}})), tensor({{{1000 + 2 + 6 + 80 + 150, 1000 + 2 + 6 + 50 + 120}}})) <
        rounding * 1000);
}

TEST_CASE("Conv2d: by hand, with groups and a window that is not square") {
  Rng rng(1);
  nn::Conv2dOptions options;
  options.groups = 2;
  options.bias = false;
  nn::Conv2d layer(2, 2, {1, 2}, rng, options);
  CHECK(names(layer) == "weight (2, 1, 1, 2)");
  layer.load({{"weight", tensor({{{{1, 10}}}, {{{-1, 1}}}})}});
  Tensor x = tensor({{{{1, 2, 3}, {4, 5, 6}}, {{7, 9, 12}, {1, 1, 0}}}});
  CHECK(largest_difference(layer(x), tensor({{{{21, 32}, {54, 65}}, {{2, 3}, {0, -1}}}})) < rounding * 100);
}

TEST_CASE("Conv1d, Conv2d: PyTorch's names, and starting values within 1 / sqrt(fan_in)") {
  Rng rng(2);
  nn::Conv1d sequence(4, 6, 5, rng);
  CHECK(names(sequence) == "weight (6, 4, 5), bias (6,)");
  nn::Conv2dOptions options;
  options.groups = 2;
  nn::Conv2d image(4, 8, 3, rng, options);
  CHECK(names(image) == "weight (8, 2, 3, 3), bias (8,)");
  auto largest = [](const Tensor& x) { return largest_difference(x, zeros(x.shape())); };
  const double bound1 = 1 / std::sqrt(4.0 * 5), bound2 = 1 / std::sqrt(2.0 * 3 * 3);
  CHECK(largest(sequence.weight) <= bound1);
  CHECK(largest(sequence.weight) > 0.9 * bound1);
  CHECK(largest(sequence.bias) <= bound1);
  CHECK(largest(image.weight) <= bound2);
  CHECK(largest(image.weight) > 0.9 * bound2);
  CHECK(largest(image.bias) <= bound2);
}

TEST_CASE("Conv1d, Conv2d: sizes, and gradients") {
  Rng rng(3);
  nn::Conv1dOptions along;
  along.stride = along.dilation = 2;
  nn::Conv1d sequence(2, 3, 3, rng, along);
  Tensor x = randn({2, 2, 9}, rng);
  CHECK(sequence(x).shape() == Shape{2, 3, 3});  // (9 - 2 * 2 - 1) / 2 + 1
  check_gradient([&](const auto&) { return sequence(x); }, with_parameters({x}, sequence));

  nn::Conv2dOptions over;
  over.stride = {2, 1};
  over.padding = {1, 0};
  nn::Conv2d image(2, 3, 3, rng, over);
  Tensor picture = randn({2, 2, 5, 4}, rng);
  CHECK(image(picture).shape() == Shape{2, 3, 3, 2});  // (5 + 2 - 2 - 1) / 2 + 1, 4 - 2
  check_gradient([&](const auto&) { return image(picture); }, with_parameters({picture}, image));
}
