#include <tensor/compare.h>

#include <qkv/ops/convolution.h>
#include <qkv/ops/shape.h>

using namespace qkv;

namespace {

/// The number at a position, 0 beyond the border.
double seen(const Tensor& x, Index b, Index c, Index y, Index z) {
  return y < 0 || z < 0 || y >= x.size(2) || z >= x.size(3) ? 0 : static_cast<double>(x.at({b, c, y, z}));
}

/// The definition, as conv2d's header has it.
Tensor by_definition(const Tensor& x, const Tensor& weight, const Tensor& bias, HeightWidth stride, HeightWidth padding,
                     HeightWidth dilation, Index groups) {
  Index out = weight.size(0), channels = weight.size(1), kh = weight.size(2), kw = weight.size(3);
  Index oh = (x.size(2) + 2 * padding.height - dilation.height * (kh - 1) - 1) / stride.height + 1;
  Index ow = (x.size(3) + 2 * padding.width - dilation.width * (kw - 1) - 1) / stride.width + 1;
  Tensor result = zeros({x.size(0), out, oh, ow});
  for (Index b = 0; b < x.size(0); ++b)
    for (Index o = 0; o < out; ++o)
      for (Index p = 0; p < oh; ++p)
        for (Index q = 0; q < ow; ++q) {
          double sum = bias.defined() ? static_cast<double>(bias.at({o})) : 0;
          for (Index c = 0; c < channels; ++c)
            for (Index i = 0; i < kh; ++i)
              for (Index j = 0; j < kw; ++j)
                sum += static_cast<double>(weight.at({o, c, i, j})) * seen(x, b, o / (out / groups) * channels + c,
                                                                           p * stride.height + i * dilation.height - padding.height,
                                                                           q * stride.width + j * dilation.width - padding.width);
          result.set({b, o, p, q}, sum);
        }
  return result;
}

}  // namespace

TEST_CASE("conv1d: by hand") {
  Tensor x = tensor({{{1, 2, 3, 4, 5}}}), weight = tensor({{{1, 0, -1}}});
  CHECK_CLOSE(conv1d(x, weight), tensor({{{-2, -2, -2}}}), 0);  // not turned round
  CHECK_CLOSE(conv1d(x, weight, tensor({10}), 2, 1), tensor({{{8, 8, 14}}}), 0);
  CHECK_CLOSE(conv1d(x, weight, {}, 1, 0, 2), tensor({{{-4}}}), 0);
  CHECK_CLOSE(conv1d(x, weight, {}, 1, 4), tensor({{{0, 0, -1, -2, -2, -2, -2, 4, 5, 0, 0}}}), 0);
  CHECK_CLOSE(conv1d(tensor({{{1, 2}, {3, 4}}}), tensor({{{2}}, {{10}}}), {}, 1, 0, 1, 2), tensor({{{2, 4}, {30, 40}}}), 0);
  CHECK(conv1d(zeros({0, 2, 5}), zeros({3, 2, 2})).shape() == Shape{0, 3, 4});
  CHECK_CLOSE(conv1d(zeros({1, 0, 3}), zeros({2, 0, 3}), tensor({5, 6})), tensor({{{5}, {6}}}), 0);
}

TEST_CASE("conv2d: by its definition") {
  Rng rng(1);
  struct Run {
    Shape x, weight;
    HeightWidth stride, padding, dilation;
    Index groups;
  };
  std::vector<Run> runs = {
      {{1, 1, 3, 3}, {1, 1, 3, 3}, 1, 0, 1, 1},
      {{2, 3, 5, 4}, {4, 3, 2, 3}, 1, 0, 1, 1},
      {{2, 3, 5, 4}, {4, 3, 2, 3}, {2, 1}, {0, 2}, {1, 2}, 1},
      {{2, 4, 7, 6}, {6, 2, 3, 2}, {3, 2}, {2, 1}, {2, 1}, 2},
      {{2, 4, 5, 5}, {8, 1, 3, 3}, 2, 1, 1, 4},
      {{1, 2, 1, 1}, {3, 2, 3, 3}, 1, 3, 1, 1},  // windows that see nothing but padding
      {{1, 2, 4, 4}, {3, 2, 1, 1}, 5, 0, 9, 1},
      {{1, 1, 9, 2}, {1, 1, 3, 2}, {2, 7}, {1, 6}, {4, 5}, 1},
  };
  for (const Run& run : runs) {
    Tensor x = randn(run.x, rng), weight = randn(run.weight, rng), bias = randn({run.weight[0]}, rng);
    INFO(run.x, " with ", run.weight);
    CHECK_CLOSE(conv2d(x, weight, bias, run.stride, run.padding, run.dilation, run.groups),
                by_definition(x, weight, bias, run.stride, run.padding, run.dilation, run.groups), 10 * rounding);
    CHECK_CLOSE(conv2d(x, weight, {}, run.stride, run.padding, run.dilation, run.groups),
                by_definition(x, weight, {}, run.stride, run.padding, run.dilation, run.groups), 10 * rounding);
  }
}

TEST_CASE("unfold: windows as columns") {
  Tensor x = reshape(arange(1, 10), {1, 1, 3, 3});
  CHECK_CLOSE(unfold(x, 2), tensor({{{1, 2, 4, 5}, {2, 3, 5, 6}, {4, 5, 7, 8}, {5, 6, 8, 9}}}), 0);
  CHECK_CLOSE(unfold(x, {1, 3}), tensor({{{1, 4, 7}, {2, 5, 8}, {3, 6, 9}}}), 0);
  CHECK_CLOSE(unfold(x, 2, 1, 1, 2), tensor({{{0, 0, 0, 5}, {0, 0, 4, 6}, {0, 2, 0, 8}, {1, 3, 7, 9}}}), 0);
  Tensor leaf = zeros({1, 1, 3, 3}).requires_grad(true);
  unfold(leaf, 2).backward(ones({1, 4, 4}));
  CHECK_CLOSE(leaf.grad(), tensor({{{{1, 2, 1}, {2, 4, 2}, {1, 2, 1}}}}), 0);  // by how many windows each is seen
  // torch.nn.Unfold's example: (2, 5, 3, 4) by (2, 3) gives (2, 30, 4)
  CHECK(unfold(zeros({2, 5, 3, 4}), {2, 3}).shape() == Shape{2, 30, 4});
}
