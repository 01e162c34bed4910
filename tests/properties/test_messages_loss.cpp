#include "messages.h"

#include <qkv/ops/loss.h>

using namespace qkv;

// A row is a call, and what is said of it.
// clang-format off

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
