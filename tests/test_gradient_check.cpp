#include "gradient_check.h"

#include <qkv/ops/arithmetic.h>

using namespace qkv;

TEST_CASE("gradient_check: a right gradient passes, and the inputs are as before") {
  Tensor x = tensor({{1, -2, 3}}), y = tensor({{0.5}, {2}});
  check_gradient([](const auto& in) { return in[0] * in[1]; }, {x, y});
  CHECK(x.at({0, 1}) == -2);
  CHECK_FALSE(x.requires_grad());
  CHECK_FALSE(x.has_grad());
}

TEST_CASE("gradient_check: a wrong gradient is named") {
  Tensor x = tensor({1, 2}), y = tensor({3, -4});
  // Half of the product rule: detach() hides the second factor.
  std::string error = gradient_error([](const auto& in) { return in[0] * in[1] * in[1].detach(); }, {x, y});
  CHECK(error.rfind("input 1, index 0 of shape (2,): analytic ", 0) == 0);
  CHECK(error.find(", numeric ") != std::string::npos);
}
