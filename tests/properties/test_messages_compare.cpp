#include "messages.h"

#include <qkv/ops/compare.h>

using namespace qkv;

// A row is a call, and what is said of it.
// clang-format off

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
