#include "messages.h"

#include <qkv/ops/order.h>
#include <qkv/ops/reduce.h>

using namespace qkv;

// A row is a call, and what is said of it.
// clang-format off

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
