#include "steps.h"

#include <qkv/optim/rules.h>

#include <cmath>

using namespace qkv;
using namespace qkv::optim;

TEST_CASE("RMSprop: steps by hand") {
  RMSpropOptions options;
  options.alpha = 0.75;
  options.eps = 0.1;
  // v = 0.25 * 16 = 4, then 0.75 * 4 + 0.25 * 4 = 4; eps stands outside the root
  double first = 1 - 0.1 * 4 / 2.1, second = first - 0.1 * 2 / 2.1;
  CHECK(after<RMSprop>(1, {4}, 0.1, options) == near(first));
  CHECK(after<RMSprop>(1, {4, 2}, 0.1, options) == near(second));

  options.momentum = 0.5;  // on the quotient
  CHECK(after<RMSprop>(1, {4, 2}, 0.1, options) == near(first - 0.1 * (0.5 * 4 / 2.1 + 2 / 2.1)));
  options.momentum = 0;

  options.centered = true;  // mean = 1: variance 4 - 1
  CHECK(after<RMSprop>(1, {4}, 0.1, options) == near(1 - 0.1 * 4 / (std::sqrt(3) + 0.1)));
  options.centered = false;

  options.weight_decay = 2;  // g = 2 + 2 * 1
  CHECK(after<RMSprop>(1, {2}, 0.1, options) == near(first));
}

TEST_CASE("RMSprop: centered, with a constant gradient: rounding never makes the variance negative") {
  RMSpropOptions options;
  options.centered = true;
  options.alpha = 0.1;
  CHECK(std::isfinite(after<RMSprop>(1, std::vector<double>(100, 0.1), 0.01, options)));
}

TEST_CASE("RMSprop: messages and printing") {
  Tensor p(1);
  CHECK_THROWS_WITH_AS(RMSprop({p}, 0.1, {1, 0, 0, 0, false}), "RMSprop: alpha 1: must be in [0, 1)", Error);
  CHECK_THROWS_WITH_AS(RMSprop({p}, 0.1, {0.9, 0, 0, -1, false}), "RMSprop: momentum -1: must be a finite number, not negative", Error);
  CHECK(printed(RMSprop({p})) == "RMSprop(1 parameters, lr 0.01, alpha 0.99, eps 1e-08, weight_decay 0, momentum 0, centered false)");
}
