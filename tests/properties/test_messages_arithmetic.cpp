#include "messages.h"

#include <qkv/ops/activation.h>

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
