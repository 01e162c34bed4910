#include "messages.h"

#include <qkv/ops/arrange.h>

using namespace qkv;

// A row is a call, and what is said of it.
// clang-format off

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
