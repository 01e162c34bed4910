#include "messages.h"

#include <qkv/ops/activation.h>
#include <qkv/ops/arrange.h>
#include <qkv/ops/compare.h>
#include <qkv/ops/convolution.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/norm.h>
#include <qkv/ops/order.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>

using namespace qkv;

// A row is a call, and what is said of it.
// clang-format off

TEST_CASE("messages: number by number") {
  check_messages({
      {[] { zeros({2, 3}) + zeros({2}); },
       "add: (2, 3) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { zeros({2, 3}) - zeros({4}); },
       "sub: (2, 3) with (4,): sizes 3 and 4 do not match; counted from the last axis they must be equal or 1"},
      {[] { zeros({0}) * zeros({2}); },
       "mul: (0,) with (2,): sizes 0 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { zeros({2, 1}) / zeros({3, 4}); },
       "div: (2, 1) with (3, 4): sizes 2 and 3 do not match; counted from the last axis they must be equal or 1"},
      {[] { pow(zeros({2}), zeros({3})); },
       "pow: (2,) with (3,): sizes 2 and 3 do not match; counted from the last axis they must be equal or 1"},
      {[] { Tensor() + zeros({2}); }, "tensor: this handle is empty: it was never given a value"},
      {[] { zeros({2}) - Tensor(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor() * 2; }, "tensor: this handle is empty: it was never given a value"},
      {[] { zeros({2}) / Tensor(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { pow(Tensor(), 2); }, "tensor: this handle is empty: it was never given a value"},
      {[] { pow(Tensor(), zeros({2})); }, "tensor: this handle is empty: it was never given a value"},
      {[] { -Tensor(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor() + Tensor(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { zeros({2}) + Tensor(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor() - zeros({2}); }, "tensor: this handle is empty: it was never given a value"},
      {[] { zeros({2}) * Tensor(); }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor() / 2; }, "tensor: this handle is empty: it was never given a value"},
      {[] { pow(zeros({2}), Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { pow(zeros({2, 3}), zeros({3, 2})); },
       "pow: (2, 3) with (3, 2): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { add(zeros({4, 1}), zeros({3, 2})); },
       "add: (4, 1) with (3, 2): sizes 4 and 3 do not match; counted from the last axis they must be equal or 1"},
      {[] { sub(zeros({4, 1}), zeros({3, 2})); },
       "sub: (4, 1) with (3, 2): sizes 4 and 3 do not match; counted from the last axis they must be equal or 1"},
      {[] { mul(zeros({4, 1}), zeros({3, 2})); },
       "mul: (4, 1) with (3, 2): sizes 4 and 3 do not match; counted from the last axis they must be equal or 1"},
      {[] { div(zeros({4, 1}), zeros({3, 2})); },
       "div: (4, 1) with (3, 2): sizes 4 and 3 do not match; counted from the last axis they must be equal or 1"},
      {[] { neg(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: one number at a time") {
  check_messages({
      {[] { exp(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { log(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { sqrt(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { tanh(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { sigmoid(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { relu(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { log1p(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { abs(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { sin(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { cos(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { leaky_relu(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { softplus(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { silu(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { gelu(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { gelu(Tensor(), Gelu::tanh); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: comparisons") {
  check_messages({
      {[] { zeros({2, 3}) < zeros({2}); },
       "<: (2, 3) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { zeros({2, 3}) <= zeros({2}); },
       "<=: (2, 3) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { zeros({2, 3}) > zeros({2}); },
       ">: (2, 3) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { zeros({2, 3}) >= zeros({2}); },
       ">=: (2, 3) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { zeros({2, 3}) == zeros({2}); },
       "==: (2, 3) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { zeros({2, 3}) != zeros({2}); },
       "!=: (2, 3) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { Tensor() < 0; }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor() <= 0; }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor() > 0; }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor() >= 0; }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor() == 0; }, "tensor: this handle is empty: it was never given a value"},
      {[] { Tensor() != 0; }, "tensor: this handle is empty: it was never given a value"},
      {[] { zeros({0}) < zeros({2}); },
       "<: (0,) with (2,): sizes 0 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { zeros({0}) <= zeros({2}); },
       "<=: (0,) with (2,): sizes 0 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { zeros({0}) > zeros({2}); },
       ">: (0,) with (2,): sizes 0 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { zeros({0}) >= zeros({2}); },
       ">=: (0,) with (2,): sizes 0 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { zeros({0}) == zeros({2}); },
       "==: (0,) with (2,): sizes 0 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { zeros({0}) != zeros({2}); },
       "!=: (0,) with (2,): sizes 0 and 2 do not match; counted from the last axis they must be equal or 1"},
  });
}

TEST_CASE("messages: where") {
  check_messages({
      {[] { where({0, 1}, zeros({3}), 0); },
       "where: (3,) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { where({0, 1}, zeros({2, 3}), zeros({2, 2})); },
       "where: (2, 3) with (2, 2): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { where(Mask(), zeros({2}), 0); },
       "where: (2,) with (0,): sizes 2 and 0 do not match; counted from the last axis they must be equal or 1"},
      {[] { where(torn_mask({2, 2}), zeros({2, 2}), 0); }, "where: mask of shape (2, 2) with 1 marks: must be as many as the shape holds"},
      {[] { where({0, 1}, Tensor(), 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { where({0, 1}, 0, Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: maximum, minimum, clamp") {
  check_messages({
      {[] { maximum(zeros({2, 3}), zeros({2})); },
       "maximum: (2, 3) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { minimum(zeros({2, 3}), zeros({2})); },
       "minimum: (2, 3) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { maximum(zeros({0}), zeros({2})); },
       "maximum: (0,) with (2,): sizes 0 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { minimum(zeros({0}), zeros({2})); },
       "minimum: (0,) with (2,): sizes 0 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { maximum(Tensor(), 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { minimum(Tensor(), 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { maximum(0, Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { minimum(0, Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { clamp(zeros({2}), 1, 0); }, "clamp: from 1 to 0: must not fall"},
      {[] { clamp(zeros({2}), not_a_number, 0); }, "clamp: from nan to 0: must not fall"},
      {[] { clamp(zeros({2}), 0, not_a_number); }, "clamp: from 0 to nan: must not fall"},
      {[] { clamp(Tensor(), 0, 1); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: sum, mean, max") {
  check_messages({
      {[] { sum(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { sum(zeros({2, 3}), 2); }, "sum: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { sum(zeros({2, 3}), {0, 0}); }, "sum: axis 0 of (2, 3) is named twice"},
      {[] { sum(zeros({2, 3}), {0, -2}); }, "sum: axis -2 of (2, 3) is named twice"},
      {[] { sum(zeros({2, 3}), {0, 5}); }, "sum: axis 5 of (2, 3): must be from -2 to 1"},
      {[] { mean(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { mean(zeros({2, 3}), -3); }, "mean: axis -3 of (2, 3): must be from -2 to 1"},
      {[] { mean(zeros({2, 3}), {1, 1}); }, "mean: axis 1 of (2, 3) is named twice"},
      {[] { mean(Tensor(1), 0); }, "mean: axis 0 of (): a single number has no axes"},
      {[] { mean(zeros({0})); }, "mean: shape (0,) has no numbers along these axes"},
      {[] { max(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { max(zeros({2, 3}), 2); }, "max: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { max(zeros({0})); }, "max: shape (0,) has no numbers along these axes"},
      {[] { max(zeros({2, 0}), 1); }, "max: shape (2, 0) has no numbers along these axes"},
      {[] { max(zeros({2, 3}), {0, 0}); }, "max: axis 0 of (2, 3) is named twice"},
      {[] { sum(Tensor(1), 0); }, "sum: axis 0 of (): a single number has no axes"},
      {[] { sum(Tensor(), 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { mean(zeros({2, 0}), 1); }, "mean: shape (2, 0) has no numbers along these axes"},
      {[] { max(Tensor(1), 0); }, "max: axis 0 of (): a single number has no axes"},
      {[] { max(zeros({2, 3}), -3); }, "max: axis -3 of (2, 3): must be from -2 to 1"},
  });
}

TEST_CASE("messages: min, var, stdev, norm, logsumexp") {
  check_messages({
      {[] { min(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { min(Tensor(), 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { min(zeros({2, 3}), 2); }, "min: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { min(zeros({2, 3}), {0, -2}); }, "min: axis -2 of (2, 3) is named twice"},
      {[] { min(Tensor(1), 0); }, "min: axis 0 of (): a single number has no axes"},
      {[] { var(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { var(Tensor(), 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { var(zeros({2, 3}), 2); }, "var: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { var(zeros({2, 3}), {0, -2}); }, "var: axis -2 of (2, 3) is named twice"},
      {[] { var(Tensor(1), 0); }, "var: axis 0 of (): a single number has no axes"},
      {[] { stdev(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { stdev(Tensor(), 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { stdev(zeros({2, 3}), 2); }, "stdev: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { stdev(zeros({2, 3}), {0, -2}); }, "stdev: axis -2 of (2, 3) is named twice"},
      {[] { stdev(Tensor(1), 0); }, "stdev: axis 0 of (): a single number has no axes"},
      {[] { norm(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { norm(Tensor(), 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { norm(zeros({2, 3}), 2); }, "norm: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { norm(zeros({2, 3}), {0, -2}); }, "norm: axis -2 of (2, 3) is named twice"},
      {[] { norm(Tensor(1), 0); }, "norm: axis 0 of (): a single number has no axes"},
      {[] { logsumexp(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { logsumexp(Tensor(), 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { logsumexp(zeros({2, 3}), 2); }, "logsumexp: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { logsumexp(zeros({2, 3}), {0, -2}); }, "logsumexp: axis -2 of (2, 3) is named twice"},
      {[] { logsumexp(Tensor(1), 0); }, "logsumexp: axis 0 of (): a single number has no axes"},
      {[] { min(zeros({0})); }, "min: shape (0,) has no numbers along these axes"},
      {[] { min(zeros({2, 0}), 1); }, "min: shape (2, 0) has no numbers along these axes"},
      {[] { var(Tensor(1)); },
       "var: 1 numbers of shape () along these axes, correction 1: must be more than the correction, which is not negative"},
      {[] { var(zeros({0, 3}), 0, false, 0); },
       "var: 0 numbers of shape (0, 3) along these axes, correction 0: must be more than the correction, which is not negative"},
      {[] { var(zeros({2, 3}), 0, false, 2); },
       "var: 2 numbers of shape (2, 3) along these axes, correction 2: must be more than the correction, which is not negative"},
      {[] { var(zeros({2, 3}), 0, false, -1); },
       "var: 2 numbers of shape (2, 3) along these axes, correction -1: must be more than the correction, which is not negative"},
      {[] { var(zeros({3}), 0, false, not_a_number); },
       "var: 3 numbers of shape (3,) along these axes, correction nan: must be more than the correction, which is not negative"},
      {[] { stdev(Tensor(1)); },
       "stdev: 1 numbers of shape () along these axes, correction 1: must be more than the correction, which is not negative"},
      {[] { stdev(zeros({0, 3}), 0, false, 0); },
       "stdev: 0 numbers of shape (0, 3) along these axes, correction 0: must be more than the correction, which is not negative"},
      {[] { stdev(zeros({2, 3}), 0, false, 2); },
       "stdev: 2 numbers of shape (2, 3) along these axes, correction 2: must be more than the correction, which is not negative"},
      {[] { stdev(zeros({2, 3}), 0, false, -1); },
       "stdev: 2 numbers of shape (2, 3) along these axes, correction -1: must be more than the correction, which is not negative"},
      {[] { stdev(zeros({3}), 0, false, not_a_number); },
       "stdev: 3 numbers of shape (3,) along these axes, correction nan: must be more than the correction, which is not negative"},
  });
}

TEST_CASE("messages: cumsum, topk, argmin") {
  check_messages({
      {[] { cumsum(zeros({2, 3}), 2); }, "cumsum: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { cumsum(zeros({2}), -2); }, "cumsum: axis -2 of (2,): must be from -1 to 0"},
      {[] { cumsum(Tensor(1), 0); }, "cumsum: axis 0 of (): a single number has no axes"},
      {[] { cumsum(Tensor(), 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { topk(zeros({2, 3}), 4); }, "topk: 4 of axis 1 of (2, 3): must be from 0 to 3"},
      {[] { topk(zeros({2, 3}), -1, 0); }, "topk: -1 of axis 0 of (2, 3): must be from 0 to 2"},
      {[] { topk(zeros({2}), 1, 1); }, "topk: axis 1 of (2,): must be from -1 to 0"},
      {[] { topk(Tensor(1), 1); }, "topk: axis -1 of (): a single number has no axes"},
      {[] { topk(Tensor(), 1); }, "tensor: this handle is empty: it was never given a value"},
      {[] { argmin(zeros({2, 0})); }, "argmin: axis 1 of (2, 0) is empty"},
      {[] { argmin(zeros({2, 3}), 2); }, "argmin: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { argmin(Tensor(1)); }, "argmin: axis -1 of (): a single number has no axes"},
      {[] { argmin(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}

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

TEST_CASE("messages: softmax, log_softmax, entropy") {
  check_messages({
      {[] { softmax(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { softmax(Tensor(1)); }, "softmax: axis -1 of (): a single number has no axes"},
      {[] { softmax(zeros({2, 3}), 2); }, "softmax: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { log_softmax(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { log_softmax(Tensor(1)); }, "log_softmax: axis -1 of (): a single number has no axes"},
      {[] { log_softmax(zeros({2, 3}), -3); }, "log_softmax: axis -3 of (2, 3): must be from -2 to 1"},
      {[] { entropy(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { entropy(Tensor(1)); }, "entropy: axis -1 of (): a single number has no axes"},
      {[] { entropy(zeros({2, 3}), 7); }, "entropy: axis 7 of (2, 3): must be from -2 to 1"},
      {[] { softmax(zeros({2, 3}), -3); }, "softmax: axis -3 of (2, 3): must be from -2 to 1"},
      {[] { log_softmax(zeros({2, 3}), 2); }, "log_softmax: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { entropy(zeros({2, 3}), -3); }, "entropy: axis -3 of (2, 3): must be from -2 to 1"},
  });
}

TEST_CASE("messages: layer_norm, dropout") {
  check_messages({
      {[] { layer_norm(zeros({2, 3}), {2}); }, "layer_norm: x (2, 3) over (2,): x must end in these sizes"},
      {[] { layer_norm(zeros({2, 3}), {4, 2, 3}); }, "layer_norm: x (2, 3) over (4, 2, 3): x must end in these sizes"},
      {[] { layer_norm(zeros({2, 3}), {}); }, "layer_norm: x (2, 3) over (): x must end in these sizes"},
      {[] { layer_norm(zeros({2, 0}), {0}); }, "layer_norm: 0 numbers to normalise, eps 1e-05: must be at least 1, and 0"},
      {[] { layer_norm(zeros({2, 3}), {3}, zeros({2})); }, "layer_norm: weight or bias of shape (2,): must be (3,)"},
      {[] { layer_norm(zeros({2, 3}), {3}, zeros({3}), zeros({1, 3})); }, "layer_norm: weight or bias of shape (1, 3): must be (3,)"},
      {[] { layer_norm(zeros({2, 3}), {3}, Tensor(), Tensor(), -1); },
       "layer_norm: 3 numbers to normalise, eps -1: must be at least 1, and 0"},
      {[] { layer_norm(zeros({2, 3}), {3}, Tensor(), Tensor(), not_a_number); },
       "layer_norm: 3 numbers to normalise, eps nan: must be at least 1, and 0"},
      {[] { layer_norm(Tensor(), {3}); }, "tensor: this handle is empty: it was never given a value"},
      {[] { dropout(zeros({2}), 1, rng()); }, "dropout: p = 1: must be at least 0 and less than 1"},
      {[] { dropout(zeros({2}), -0.1, rng()); }, "dropout: p = -0.1: must be at least 0 and less than 1"},
      {[] { dropout(zeros({2}), not_a_number, rng()); }, "dropout: p = nan: must be at least 0 and less than 1"},
      {[] { dropout(Tensor(), 0.5, rng()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { layer_norm(zeros({2, 3}), {3}, Tensor(), Tensor(), inf); },
       "layer_norm: 3 numbers to normalise, eps inf: must be at least 1, and 0"},
      {[] { dropout(zeros({2}), inf, rng()); }, "dropout: p = inf: must be at least 0 and less than 1"},
  });
}

TEST_CASE("messages: cross_entropy") {
  check_messages({
      {[] { cross_entropy(zeros({2}), {0, 0}); }, "cross_entropy: logits (2,): must be (N, C) or (N, C, T)"},
      {[] { cross_entropy(zeros({2, 3}), {0}); }, "cross_entropy: target (1,) for logits (2, 3): must be (2,)"},
      {[] { cross_entropy(zeros({2, 3, 4}), {0, 0}); }, "cross_entropy: target (2,) for logits (2, 3, 4): must be (2, 4)"},
      {[] { cross_entropy(zeros({2, 3}), {0, 3}); }, "cross_entropy: target 3 with 3 classes: must be from 0 to 2"},
      {[] { cross_entropy(zeros({2, 3}), {-1, 0}); }, "cross_entropy: target -1 with 3 classes: must be from 0 to 2"},
      {[] { cross_entropy(zeros({2, 3}), {-100, -100}); }, "cross_entropy: none of 2 targets counts, so that there is no mean"},
      {[] { cross_entropy(zeros({0, 3}), Indices(Shape{0}, {})); }, "cross_entropy: none of 0 targets counts, so that there is no mean"},
      {[] { cross_entropy(zeros({2, 3}), {0, 1}, {-100, 1.5, Reduction::mean}); },
       "cross_entropy: label_smoothing 1.5: must be from 0 to 1"},
      {[] { cross_entropy(zeros({2, 3}), {0, 1}, {-100, not_a_number, Reduction::mean}); },
       "cross_entropy: label_smoothing nan: must be from 0 to 1"},
      {[] { cross_entropy(Tensor(), {0}); }, "tensor: this handle is empty: it was never given a value"},
      {[] { cross_entropy(zeros({2, 0}), {0, 0}); }, "cross_entropy: target 0 with 0 classes: must be from 0 to -1"},
      {[] { cross_entropy(zeros({2, 3}), torn({2})); },
       "cross_entropy: indices of shape (2,) with 0 values: must be as many as the shape holds"},
      {[] { cross_entropy(zeros({2, 3}), Indices()); }, "cross_entropy: target () for logits (2, 3): must be (2,)"},
      {[] { cross_entropy(zeros({2, 3, 4, 5}), {0, 0}); }, "cross_entropy: logits (2, 3, 4, 5): must be (N, C) or (N, C, T)"},
  });
}

TEST_CASE("messages: nll_loss, binary_cross_entropy_with_logits, weights of classes") {
  check_messages({
      {[] { nll_loss(zeros({3}), {0}); }, "nll_loss: log_p (3,): must be (N, C) or (N, C, T)"},
      {[] { nll_loss(zeros({2, 3}), {0}); }, "nll_loss: target (1,) for log_p (2, 3): must be (2,)"},
      {[] { nll_loss(zeros({2, 3}), {0, 3}); }, "nll_loss: target 3 with 3 classes: must be from 0 to 2"},
      {[] { nll_loss(zeros({2, 3}), {-100, -100}); }, "nll_loss: none of 2 targets counts, so that there is no mean"},
      {[] { nll_loss(zeros({2, 3}), {0, 1}, {-100, 0, Reduction::mean, zeros({2})}); }, "nll_loss: weight (2,): must be (3,)"},
      {[] { nll_loss(zeros({2, 3}), {0, 1}, {-100, 2, Reduction::mean, Tensor()}); }, "nll_loss: label_smoothing 2: must be from 0 to 1"},
      {[] { nll_loss(Tensor(), {0}); }, "tensor: this handle is empty: it was never given a value"},
      {[] { cross_entropy(zeros({2, 3}), {0, 1}, {-100, 0, Reduction::mean, zeros({3, 1})}); },
       "cross_entropy: weight (3, 1): must be (3,)"},
      {[] { cross_entropy(zeros({2, 3}), {0, 1}, {-100, 0, Reduction::mean, zeros({3})}); },
       "cross_entropy: none of 2 targets counts, so that there is no mean"},
      {[] { binary_cross_entropy_with_logits(zeros({2}), zeros({2, 1})); },
       "binary_cross_entropy_with_logits: (2,) against (2, 1): must be the same shape"},
      {[] { binary_cross_entropy_with_logits(zeros({0}), zeros({0})); },
       "binary_cross_entropy_with_logits: (0,): there is no mean of no numbers"},
      {[] { binary_cross_entropy_with_logits(zeros({2}), zeros({2}), {Reduction::mean, zeros({2, 2}), Tensor()}); },
       "binary_cross_entropy_with_logits: weight for (2,): it is broadcast to the numbers, not the other way round"},
      {[] { binary_cross_entropy_with_logits(zeros({2}), zeros({2}), {Reduction::mean, Tensor(), zeros({3})}); },
       "binary_cross_entropy_with_logits: (3,) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { binary_cross_entropy_with_logits(Tensor(), zeros({2})); }, "tensor: this handle is empty: it was never given a value"},
      {[] { binary_cross_entropy_with_logits(zeros({2}), Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: mse_loss, accuracy") {
  check_messages({
      {[] { mse_loss(zeros({2}), zeros({2, 1})); }, "mse_loss: (2,) against (2, 1): must be the same shape"},
      {[] { mse_loss(zeros({2}), Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { mse_loss(zeros({0}), zeros({0})); }, "mse_loss: (0,) against (0,): there is no mean of no numbers"},
      {[] { accuracy(zeros({3}), {0}); }, "accuracy: logits (3,), target (1,): must be (..., C) and (...)"},
      {[] { accuracy(zeros({2, 3}), {0}); }, "accuracy: logits (2, 3), target (1,): must be (..., C) and (...)"},
      {[] { accuracy(zeros({0, 3}), Indices(Shape{0}, {})); }, "accuracy: logits (0, 3), target (0,): must have a row and a class"},
      {[] { accuracy(zeros({2, 0}), {0, 0}); }, "accuracy: logits (2, 0), target (2,): must have a row and a class"},
      {[] { accuracy(Tensor(), {0}); }, "tensor: this handle is empty: it was never given a value"},
      {[] { mse_loss(Tensor(), zeros({2})); }, "tensor: this handle is empty: it was never given a value"},
      {[] { mse_loss(zeros({2, 3}), Tensor(1)); }, "mse_loss: (2, 3) against (): must be the same shape"},
      {[] { accuracy(zeros({2, 3, 4}), {0, 0}); }, "accuracy: logits (2, 3, 4), target (2,): must be (..., C) and (...)"},
      {[] { accuracy(zeros({2, 3}), torn({2})); }, "accuracy: indices of shape (2,) with 0 values: must be as many as the shape holds"},
  });
}

TEST_CASE("messages: reshape") {
  check_messages({
      {[] { reshape(zeros({2, 3}), {4}); }, "reshape: (2, 3) to (4,): 6 numbers into 4"},
      {[] { reshape(zeros({2, 3}), {-1, -1}); }, "reshape: (2, 3) to (-1, -1): only one size may be -1"},
      {[] { reshape(zeros({2, 3}), {-1, 4}); }, "reshape: (2, 3) to (-1, 4): 6 numbers are not a multiple of 4"},
      {[] { reshape(zeros({2, 3}), {-2, -3}); }, "reshape: (2, 3) to (-2, -3): sizes must not be negative, but for one -1"},
      {[] { reshape(zeros({0}), {-1, 0}); }, "reshape: (0,) to (-1, 0): 0 numbers are not a multiple of 0"},
      {[] { reshape(Tensor(), {1}); }, "tensor: this handle is empty: it was never given a value"},
      {[] { reshape(zeros({2, 3}), {-1, Index{1} << 40, Index{1} << 40}); },
       "shape: (1099511627776, 1099511627776) holds more numbers than any memory"},
      {[] { reshape(zeros({2, 3}), {1, 1, 1, 1, 1, 1, 1, 1, 6}); }, "shape: more than 8 axes"},
  });
}

TEST_CASE("messages: permute, transpose") {
  check_messages({
      {[] { permute(zeros({2, 3}), {0}); }, "permute: 1 axes named for shape (2, 3): must be all 2"},
      {[] { permute(zeros({2, 3}), {0, 0}); }, "permute: axis 0 of (2, 3) is named twice"},
      {[] { permute(zeros({2, 3}), {0, 2}); }, "permute: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { permute(Tensor(), {0}); }, "tensor: this handle is empty: it was never given a value"},
      {[] { transpose(zeros({3})); }, "transpose: axis -2 of (3,): must be from -1 to 0"},
      {[] { transpose(zeros({2, 3}), 0, 2); }, "transpose: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { transpose(Tensor(1)); }, "transpose: axis -1 of (): a single number has no axes"},
      {[] { permute(zeros({2, 3}), {-3, 0}); }, "permute: axis -3 of (2, 3): must be from -2 to 1"},
      {[] { permute(Tensor(1), {0}); }, "permute: 1 axes named for shape (): must be all 0"},
      {[] { transpose(zeros({2, 3}), -3, 0); }, "transpose: axis -3 of (2, 3): must be from -2 to 1"},
      {[] { transpose(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: unsqueeze, squeeze") {
  check_messages({
      {[] { unsqueeze(zeros({2, 3}), 3); }, "unsqueeze: axis 3 for (2, 3): must be from -3 to 2"},
      {[] { unsqueeze(zeros({2, 3}), -4); }, "unsqueeze: axis -4 for (2, 3): must be from -3 to 2"},
      {[] { unsqueeze(zeros({1, 1, 1, 1, 1, 1, 1, 1}), 0); }, "shape: more than 8 axes"},
      {[] { squeeze(zeros({2, 3}), 0); }, "squeeze: axis 0 of (2, 3) has size 2: must be 1"},
      {[] { squeeze(zeros({1}), 1); }, "squeeze: axis 1 of (1,): must be from -1 to 0"},
      {[] { squeeze(Tensor(1), 0); }, "squeeze: axis 0 of (): a single number has no axes"},
      {[] { unsqueeze(Tensor(), 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { unsqueeze(Tensor(1), 1); }, "unsqueeze: axis 1 for (): must be from -1 to 0"},
      {[] { squeeze(zeros({2, 1}), -3); }, "squeeze: axis -3 of (2, 1): must be from -2 to 1"},
      {[] { squeeze(Tensor(), 0); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: slice, select") {
  check_messages({
      {[] { slice(zeros({5}), 0, 2, 6); }, "slice: [2, 6) of axis 0 of (5,): must lie within 0 to 5"},
      {[] { slice(zeros({5}), 0, 3, 2); }, "slice: [3, 2) of axis 0 of (5,): must lie within 0 to 5"},
      {[] { slice(zeros({5}), 0, -6, 2); }, "slice: [-6, 2) of axis 0 of (5,): must lie within 0 to 5"},
      {[] { slice(zeros({5}), 0, 0, 5, 0); }, "slice: step 0: must be at least 1"},
      {[] { slice(zeros({5}), 1, 0, 1); }, "slice: axis 1 of (5,): must be from -1 to 0"},
      {[] { select(zeros({2, 3}), 0, 2); }, "select: entry 2 of axis 0 of (2, 3): must be from -2 to 1"},
      {[] { select(zeros({2, 3}), 1, -4); }, "select: entry -4 of axis 1 of (2, 3): must be from -3 to 2"},
      {[] { select(zeros({2, 3}), 2, 0); }, "select: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { select(Tensor(1), 0, 0); }, "select: axis 0 of (): a single number has no axes"},
      {[] { slice(zeros({5}), 0, 0, 5, -1); }, "slice: step -1: must be at least 1"},
      {[] { slice(Tensor(1), 0, 0, 1); }, "slice: axis 0 of (): a single number has no axes"},
      {[] { slice(Tensor(), 0, 0, 1); }, "tensor: this handle is empty: it was never given a value"},
      {[] { select(Tensor(), 0, 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { select(zeros({0}), 0, 0); }, "select: entry 0 of axis 0 of (0,): must be from 0 to -1"},
  });
}

TEST_CASE("messages: concat, stack, chunk") {
  check_messages({
      {[] { concat({}, 0); }, "concat: nothing to join"},
      {[] { concat({zeros({2, 3}), zeros({2, 4})}, 0); }, "concat: (2, 4) beside (2, 3) along axis 0: all other sizes must be equal"},
      {[] { concat({zeros({2, 3}), zeros({3})}, 0); }, "concat: (3,) beside (2, 3) along axis 0: all other sizes must be equal"},
      {[] { concat({zeros({2}), Tensor()}, 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { concat({Tensor(1), Tensor(2)}, 0); }, "concat: axis 0 of (): a single number has no axes"},
      {[] { concat({zeros({2})}, 1); }, "concat: axis 1 of (2,): must be from -1 to 0"},
      {[] { stack({}); }, "stack: nothing to join"},
      {[] { stack({zeros({2}), zeros({3})}); }, "stack: (3,) beside (2,): all shapes must be equal"},
      {[] { stack({zeros({2}), zeros({2})}, 2); }, "stack: axis 2 for (2,): must be from -2 to 1"},
      {[] { chunk(zeros({5}), 2, 0); }, "chunk: axis 0 of (5,) into 2 equal parts: its size must be a multiple"},
      {[] { chunk(zeros({5}), 0, 0); }, "chunk: axis 0 of (5,) into 0 equal parts: its size must be a multiple"},
      {[] { chunk(zeros({5}), 5, 1); }, "chunk: axis 1 of (5,): must be from -1 to 0"},
      {[] { stack({zeros({2}), Tensor()}); }, "tensor: this handle is empty: it was never given a value"},
      {[] { stack({Tensor(1), Tensor(2)}, -2); }, "stack: axis -2 for (): must be from -1 to 0"},
      {[] { chunk(zeros({4}), -2, 0); }, "chunk: axis 0 of (4,) into -2 equal parts: its size must be a multiple"},
      {[] { chunk(Tensor(1), 1, 0); }, "chunk: axis 0 of (): a single number has no axes"},
      {[] { chunk(Tensor(), 1, 0); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: embedding") {
  check_messages({
      {[] { embedding({3}, zeros({3, 2})); }, "embedding: index 3 in a table of 3 rows: must be from 0 to 2"},
      {[] { embedding({-1}, zeros({3, 2})); }, "embedding: index -1 in a table of 3 rows: must be from 0 to 2"},
      {[] { embedding({1}, zeros({3, 2}), 3); }, "embedding: padding_idx 3 in a table of 3 rows: must be from 0 to 2"},
      {[] { embedding({1}, zeros({3, 2}), -1); }, "embedding: padding_idx -1 in a table of 3 rows: must be from 0 to 2"},
      {[] { embedding({0}, zeros({3})); }, "embedding: weight of shape (3,): must be (rows, width)"},
      {[] { embedding({0}, Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { embedding(Indices(), zeros({3, 2})); }, "embedding: indices of shape () with 0 values: must be as many as the shape holds"},
      {[] { embedding(torn({2}), zeros({3, 2})); }, "embedding: indices of shape (2,) with 0 values: must be as many as the shape holds"},
      {[] { embedding({0}, zeros({0, 2})); }, "embedding: index 0 in a table of 0 rows: must be from 0 to -1"},
      {[] { embedding({{{{{{{{0}}}}}}}}, zeros({3, 2})); }, "shape: more than 8 axes"},
  });
}

TEST_CASE("messages: gather") {
  check_messages({
      {[] { gather(zeros({2, 3}), 0, {0, 1}); }, "gather: indices (2,) for (2, 3): must have as many axes"},
      {[] { gather(zeros({2, 3}), 1, {{0, 3}, {0, 0}}); }, "gather: index 3 along axis 1 of (2, 3): must be from 0 to 2"},
      {[] { gather(zeros({2, 3}), 1, {{-1, 0}, {0, 0}}); }, "gather: index -1 along axis 1 of (2, 3): must be from 0 to 2"},
      {[] { gather(zeros({2, 3}), 2, {{0, 0}, {0, 0}}); }, "gather: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { gather(zeros({2, 3}), 1, {{0}, {0}, {0}}); }, "gather: indices (3, 1) for (2, 3): axis 0 is longer"},
      {[] { gather(zeros({3}), 0, torn({2})); }, "gather: indices of shape (2,) with 0 values: must be as many as the shape holds"},
      {[] { gather(zeros({0}), 0, {0}); }, "gather: index 0 along axis 0 of (0,): must be from 0 to -1"},
      {[] { gather(Tensor(), 0, {0}); }, "tensor: this handle is empty: it was never given a value"},
      {[] { gather(Tensor(1), 0, Indices()); }, "gather: axis 0 of (): a single number has no axes"},
  });
}

TEST_CASE("messages: masked_fill") {
  check_messages({
      {[] { masked_fill(zeros({2, 3}), {0, 1}, 0); },
       "masked_fill: (2, 3) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1"},
      {[] { masked_fill(zeros({3}), {{0, 1, 0}, {0, 1, 0}}, 0); },
       "masked_fill: mask (2, 3) for (3,): the mask is broadcast to the tensor, not the other way round"},
      {[] { masked_fill(Tensor(), {0, 1}, 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { masked_fill(zeros({2, 2}), torn_mask({2, 2}), 0); },
       "masked_fill: mask of shape (2, 2) with 1 marks: must be as many as the shape holds"},
      {[] { masked_fill(Tensor(1), {0, 1}, 0); },
       "masked_fill: mask (2,) for (): the mask is broadcast to the tensor, not the other way round"},
  });
}

TEST_CASE("messages: flip, tril, triu, expand") {
  check_messages({
      {[] { flip(zeros({2, 3}), 2); }, "flip: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { flip(zeros({2, 3}), {1, -1}); }, "flip: axis -1 of (2, 3) is named twice"},
      {[] { flip(Tensor(1), 0); }, "flip: axis 0 of (): a single number has no axes"},
      {[] { flip(Tensor(), 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { tril(zeros({3})); }, "tril: (3,): must be a matrix, (..., n, m)"},
      {[] { tril(Tensor(1)); }, "tril: (): must be a matrix, (..., n, m)"},
      {[] { tril(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { triu(zeros({3}), 1); }, "triu: (3,): must be a matrix, (..., n, m)"},
      {[] { triu(Tensor(1)); }, "triu: (): must be a matrix, (..., n, m)"},
      {[] { triu(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { expand(zeros({2, 3}), {2, 4}); }, "expand: (2, 3) to (2, 4): axis 1 must keep its size, or have size 1"},
      {[] { expand(zeros({2, 3}), {3}); }, "expand: (2, 3) to (3,): must have at least as many axes"},
      {[] { expand(zeros({3}), {-1, 3}); }, "expand: (3,) to (-1, 3): axis 0 must not be negative: it is new"},
      {[] { expand(zeros({3}), {-2}); }, "expand: (3,) to (-2,): axis 0 must keep its size, or have size 1"},
      {[] { expand(zeros({1}), {-2}); }, "expand: (1,) to (-2,): axis 0 must keep its size, or have size 1"},
      {[] { expand(zeros({1}), {Index{1} << 40, Index{1} << 40}); },
       "shape: (1099511627776, 1099511627776) holds more numbers than any memory"},
      {[] { expand(Tensor(), {1}); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: scatter, scatter_add") {
  check_messages({
      {[] { scatter(zeros({2, 3}), 0, {0, 1}, 0); }, "scatter: indices (2,) for (2, 3): must have as many axes"},
      {[] { scatter(zeros({2, 3}), 1, {{0, 3}, {0, 0}}, 0); }, "scatter: index 3 along axis 1 of (2, 3): must be from 0 to 2"},
      {[] { scatter(zeros({2, 3}), 1, {{-1}}, 0); }, "scatter: index -1 along axis 1 of (2, 3): must be from 0 to 2"},
      {[] { scatter(zeros({2, 3}), 2, {{0}}, 0); }, "scatter: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { scatter(zeros({2, 3}), 1, {{0}, {0}, {0}}, 0); }, "scatter: indices (3, 1) for (2, 3): axis 0 is longer"},
      {[] { scatter(zeros({3}), 0, {0, 1}, zeros({1})); }, "scatter: src (1,) for indices (2,): must be as large, or a number"},
      {[] { scatter(zeros({3}), 0, {0, 1}, zeros({1, 2})); }, "scatter: src (1, 2) for indices (2,): must be as large, or a number"},
      {[] { scatter(zeros({3}), 0, torn({2}), 0); }, "scatter: indices of shape (2,) with 0 values: must be as many as the shape holds"},
      {[] { scatter(Tensor(1), 0, Indices(), 0); }, "scatter: axis 0 of (): a single number has no axes"},
      {[] { scatter(Tensor(), 0, {0}, 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { scatter(zeros({3}), 0, {0}, Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { scatter_add(zeros({2, 3}), 0, {0, 1}, 0); }, "scatter_add: indices (2,) for (2, 3): must have as many axes"},
      {[] { scatter_add(zeros({2, 3}), 1, {{0, 3}, {0, 0}}, 0); }, "scatter_add: index 3 along axis 1 of (2, 3): must be from 0 to 2"},
      {[] { scatter_add(zeros({2, 3}), 1, {{-1}}, 0); }, "scatter_add: index -1 along axis 1 of (2, 3): must be from 0 to 2"},
      {[] { scatter_add(zeros({2, 3}), 2, {{0}}, 0); }, "scatter_add: axis 2 of (2, 3): must be from -2 to 1"},
      {[] { scatter_add(zeros({2, 3}), 1, {{0}, {0}, {0}}, 0); }, "scatter_add: indices (3, 1) for (2, 3): axis 0 is longer"},
      {[] { scatter_add(zeros({3}), 0, {0, 1}, zeros({1})); }, "scatter_add: src (1,) for indices (2,): must be as large, or a number"},
      {[] { scatter_add(zeros({3}), 0, {0, 1}, zeros({1, 2})); },
       "scatter_add: src (1, 2) for indices (2,): must be as large, or a number"},
      {[] { scatter_add(zeros({3}), 0, torn({2}), 0); },
       "scatter_add: indices of shape (2,) with 0 values: must be as many as the shape holds"},
      {[] { scatter_add(Tensor(1), 0, Indices(), 0); }, "scatter_add: axis 0 of (): a single number has no axes"},
      {[] { scatter_add(Tensor(), 0, {0}, 0); }, "tensor: this handle is empty: it was never given a value"},
      {[] { scatter_add(zeros({3}), 0, {0}, Tensor()); }, "tensor: this handle is empty: it was never given a value"},
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
