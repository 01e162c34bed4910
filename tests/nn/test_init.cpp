#include "layers.h"

#include <qkv/nn/init.h>
#include <qkv/tensor/error.h>

using namespace qkv;

namespace {

/// The largest absolute value, which for many uniform numbers lies just below their bound.
double reach(const Tensor& x) { return largest_difference(x, zeros(x.shape())); }

}  // namespace

TEST_CASE("init: uniform within the bounds, and reaching them") {
  Rng rng(1);
  double bound = 1 / std::sqrt(50.0);
  double most = reach(nn::fan_in_uniform({40, 50}, 50, rng));
  CHECK(most <= bound);
  CHECK(most > 0.99 * bound);

  bound = std::sqrt(6.0 / (40 + 50));
  most = reach(nn::xavier_uniform({40, 50}, rng));
  CHECK(most <= bound);
  CHECK(most > 0.99 * bound);
}

TEST_CASE("init: what cannot be") {
  Rng rng(1);
  CHECK_THROWS_WITH_AS(nn::fan_in_uniform({2}, 0, rng), "fan_in_uniform: fan_in 0: must be at least 1", Error);
  CHECK_THROWS_WITH_AS(nn::xavier_uniform({2}, rng), "xavier_uniform: shape (2,): must be a matrix (out, in)", Error);
}
