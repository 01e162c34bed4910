#include "messages.h"

#include <qkv/ops/shape.h>

using namespace qkv;

// A row is a call, and what is said of it.
// clang-format off

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

TEST_CASE("messages: take_rows") {
  check_messages({
      {[] { take_rows(zeros({2, 3}), {2}); }, "take_rows: row 2 of (2, 3): must be from 0 to 1"},
      {[] { take_rows(zeros({2, 3}), {0, -1}); }, "take_rows: row -1 of (2, 3): must be from 0 to 1"},
      {[] { take_rows(zeros({0, 3}), {0}); }, "take_rows: row 0 of (0, 3): must be from 0 to -1"},
      {[] { take_rows(Indices(), {0}); }, "take_rows: indices of shape () with 0 values: must be as many as the shape holds"},
      {[] { take_rows(Tensor(1), {0}); }, "take_rows: a single number has no rows"},
      {[] { take_rows(Tensor(), {0}); }, "tensor: this handle is empty: it was never given a value"},
      {[] { take_rows(Indices({1, 2}), {2}); }, "take_rows: row 2 of (2,): must be from 0 to 1"},
      {[] { take_rows(torn({2}), {0}); }, "take_rows: indices of shape (2,) with 0 values: must be as many as the shape holds"},
      {[] { take_rows(Mask{{0, 1}}, {-1}); }, "take_rows: row -1 of (1, 2): must be from 0 to 0"},
      {[] { take_rows(Mask{{0, 1}}, {1}); }, "take_rows: row 1 of (1, 2): must be from 0 to 0"},
      {[] { take_rows(torn_mask({2, 2}), {0}); },
       "take_rows: mask of shape (2, 2) with 1 marks: must be as many as the shape holds"},
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
      {[] { masked_fill(zeros({2, 2}), torn_mask({2, 2}, {}), 0); },
       "masked_fill: mask of shape (2, 2) with 0 marks: must be as many as the shape holds"},
      {[] { masked_fill(zeros({2, 5}), padding_mask({}, 5), 0); },
       "masked_fill: (2, 5) with (0, 5): sizes 2 and 0 do not match; counted from the last axis they must be equal or 1"},
      {[] { masked_fill(Tensor(1), {0, 1}, 0); },
       "masked_fill: mask (2,) for (): the mask is broadcast to the tensor, not the other way round"},
  });
}
