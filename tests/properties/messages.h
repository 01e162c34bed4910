#pragma once
#include <io/scratch.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/tensor/error.h>
#include <qkv/tensor/tensor.h>

#include <doctest/doctest.h>

#include <limits>

// What is said of wrong input, function by function, so that the messages can be read side by side.

namespace qkv {

struct Wrong {
  void (*attempt)();
  const char* message;
};

inline void check_messages(const std::vector<Wrong>& table) {
  for (const Wrong& row : table) CHECK(scratch::error_of(row.attempt) == row.message);
}

inline const double not_a_number = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();

inline Rng& rng() {
  static Rng instance(1);
  return instance;
}

inline Tensor leaf(const Shape& shape) { return zeros(shape).requires_grad(true); }

}  // namespace qkv
