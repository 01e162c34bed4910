#include "layers.h"

#include <qkv/nn/init.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/shape.h>
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

TEST_CASE("init: an orthogonal matrix keeps every length and angle, and is not the same twice") {
  Rng rng(1);
  Tensor q = nn::orthogonal(17, rng);
  CHECK(largest_difference(matmul(q, transpose(q)), eye(17)) < rounding);
  CHECK(largest_difference(matmul(transpose(q), q), eye(17)) < rounding);
  CHECK(largest_difference(q, nn::orthogonal(17, rng)) > 0.1);
  CHECK(std::abs(nn::orthogonal(1, rng).item()) == 1);
}

TEST_CASE("init: what cannot be") {
  Rng rng(1);
  CHECK_THROWS_WITH_AS(nn::orthogonal(0, rng), "orthogonal: n 0: must be at least 1", Error);
  CHECK_THROWS_WITH_AS(nn::fan_in_uniform({2}, 0, rng), "fan_in_uniform: fan_in 0: must be at least 1", Error);
  CHECK_THROWS_WITH_AS(nn::xavier_uniform({2}, rng), "xavier_uniform: shape (2,): must be a matrix (out, in)", Error);
}
