#include "messages.h"

#include <qkv/ops/convolution.h>
#include <qkv/ops/matmul.h>

using namespace qkv;

// A row is a call, and what is said of it.
// clang-format off

TEST_CASE("messages: matmul, linear") {
  check_messages({
      {[] { matmul(zeros({3, 4}), zeros({5, 6})); }, "matmul: (3, 4) @ (5, 6): inner sizes 4 and 5 differ"},
      {[] { matmul(zeros({3}), zeros({4})); }, "matmul: (3,) @ (4,): inner sizes 3 and 4 differ"},
      {[] { matmul(Tensor(1), zeros({3})); }, "matmul: () @ (3,): a single number is not a matrix; multiply with *"},
      {[] { matmul(zeros({2, 3, 4}), zeros({5, 4, 3})); }, "matmul: (2, 3, 4) @ (5, 4, 3): leading sizes 2 and 5 differ, and neither is 1"},
      {[] { matmul(Tensor(), zeros({3})); }, "tensor: this handle is empty: it was never given a value"},
      {[] { linear(zeros({2, 3}), zeros({4, 5})); }, "linear: x (2, 3) with weight (4, 5): the last axis of x must have size 5"},
      {[] { linear(zeros({2, 3}), zeros({3})); }, "linear: weight of shape (3,): must be (out, in)"},
      {[] { linear(zeros({2, 3}), zeros({4, 3}), zeros({3})); }, "linear: bias of shape (3,) with weight (4, 3): must be (4,)"},
      {[] { linear(Tensor(1), zeros({4, 3})); }, "linear: x () with weight (4, 3): the last axis of x must have size 3"},
      {[] { linear(zeros({2, 3}), Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { matmul(zeros({2, 1, 3, 4}), zeros({3, 5, 4, 6})); },
       "matmul: (2, 1, 3, 4) @ (3, 5, 4, 6): leading sizes 2 and 3 differ, and neither is 1"},
      {[] { matmul(zeros({7, 2, 3, 4}), zeros({5, 4, 6})); },
       "matmul: (7, 2, 3, 4) @ (5, 4, 6): leading sizes 2 and 5 differ, and neither is 1"},
      {[] { matmul(zeros({3}), zeros({5, 4, 6})); }, "matmul: (3,) @ (5, 4, 6): inner sizes 3 and 4 differ"},
      {[] { matmul(zeros({3}), Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { linear(Tensor(), zeros({4, 3})); }, "tensor: this handle is empty: it was never given a value"},
      {[] { linear(zeros({2, 3}), zeros({4, 3}), zeros({1, 4})); }, "linear: bias of shape (1, 4) with weight (4, 3): must be (4,)"},
  });
}

TEST_CASE("messages: conv2d, conv1d, unfold") {
  check_messages({
      {[] { conv2d(zeros({2, 3, 4}), zeros({1, 3, 2, 2})); }, "conv2d: x (2, 3, 4): must be (B, C, H, W)"},
      {[] { conv2d(zeros({2, 3, 4, 4}), zeros({1, 3, 2})); }, "conv2d: weight (1, 3, 2): must be (out, C / groups, kh, kw)"},
      {[] { conv2d(zeros({2, 3, 4, 4}), zeros({1, 2, 2, 2})); },
       "conv2d: x (2, 3, 4, 4) with weight (1, 2, 2, 2) in groups of 1: must be C = groups times (C / groups), and out a multiple of the groups"},
      {[] { conv2d(zeros({2, 3, 4, 4}), zeros({1, 3, 2, 2}), zeros({2})); }, "conv2d: bias (2,): must be (1,)"},
      {[] { conv2d(zeros({2, 3, 4, 4}), zeros({1, 3, 2, 5})); },
       "conv2d: a window of 5 with dilation 1 reaches over 5 of 4 with padding 0: must lie within"},
      {[] { conv2d(zeros({2, 3, 4, 4}), zeros({1, 3, 2, 2}), {}, 1, 0, {4, 1}); },
       "conv2d: a window of 2 with dilation 4 reaches over 5 of 4 with padding 0: must lie within"},
      {[] { conv2d(zeros({2, 3, 4, 4}), zeros({1, 3, 0, 2})); }, "conv2d: kernel 0: must be from 1 to 1073741824"},
      {[] { conv2d(zeros({2, 3, 4, 4}), zeros({1, 3, 2, 2}), {}, 0); }, "conv2d: stride 0: must be from 1 to 1073741824"},
      {[] { conv2d(zeros({2, 3, 4, 4}), zeros({1, 3, 2, 2}), {}, 1, {0, -1}); }, "conv2d: padding -1: must be from 0 to 1073741824"},
      {[] { conv2d(zeros({2, 3, 4, 4}), zeros({1, 3, 2, 2}), {}, 1, 0, 0); }, "conv2d: dilation 0: must be from 1 to 1073741824"},
      {[] { conv2d(Tensor(), zeros({1, 3, 2, 2})); }, "tensor: this handle is empty: it was never given a value"},
      {[] { conv2d(zeros({2, 3, 4, 4}), Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { conv1d(zeros({3, 4}), zeros({1, 3, 2})); }, "conv1d: x (3, 4): must be (B, C, T)"},
      {[] { conv1d(zeros({2, 4, 5}), zeros({1, 2})); }, "conv1d: weight (1, 2): must be (out, C / groups, k)"},
      {[] { conv1d(zeros({2, 4, 5}), zeros({3, 2, 2}), {}, 1, 0, 1, 2); },
       "conv1d: x (2, 4, 5) with weight (3, 2, 2) in groups of 2: must be C = groups times (C / groups), and out a multiple of the groups"},
      {[] { conv1d(zeros({2, 4, 5}), zeros({3, 4, 2}), {}, 1, 0, 1, 0); },
       "conv1d: x (2, 4, 5) with weight (3, 4, 2) in groups of 0: must be C = groups times (C / groups), and out a multiple of the groups"},
      {[] { conv1d(zeros({2, 4, 5}), zeros({3, 4, 6})); },
       "conv1d: a window of 6 with dilation 1 reaches over 6 of 5 with padding 0: must lie within"},
      {[] { conv1d(zeros({2, 4, 5}), zeros({3, 4, 2}), {}, -1); }, "conv1d: stride -1: must be from 1 to 1073741824"},
      {[] { conv1d(zeros({2, 4, 5}), zeros({3, 4, 2}), {}, 1, std::numeric_limits<Index>::max()); },
       "conv1d: padding 9223372036854775807: must be from 0 to 1073741824"},
      {[] { conv1d(Tensor(), zeros({1, 3, 2})); }, "tensor: this handle is empty: it was never given a value"},
      {[] { unfold(zeros({3, 4}), 2); }, "unfold: x (3, 4): must be (B, C, H, W)"},
      {[] { unfold(zeros({1, 1, 3, 4}), {2, 5}); },
       "unfold: a window of 5 with dilation 1 reaches over 5 of 4 with padding 0: must lie within"},
      {[] { unfold(zeros({1, 1, 3, 4}), 0); }, "unfold: kernel 0: must be from 1 to 1073741824"},
      {[] { unfold(Tensor(), 2); }, "tensor: this handle is empty: it was never given a value"},
  });
}
