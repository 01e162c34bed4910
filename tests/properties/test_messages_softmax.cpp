#include "messages.h"

#include <qkv/ops/norm.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/softmax.h>

using namespace qkv;

// A row is a call, and what is said of it.
// clang-format off

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
