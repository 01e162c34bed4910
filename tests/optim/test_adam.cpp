#include "steps.h"

#include <qkv/optim/rules.h>

#include <cmath>

using namespace qkv;
using namespace qkv::optim;

TEST_CASE("Adam: steps by hand") {
  // The first step is lr in the direction of the gradient, whatever its size.
  CHECK(after<Adam>(1, {1e-3}) == doctest::Approx(1 - 1e-3).epsilon(1e-6));
  CHECK(after<Adam>(1, {-1e3}) == doctest::Approx(1 + 1e-3).epsilon(1e-6));

  AdamOptions options;
  options.beta1 = 0.5;
  options.beta2 = 0.75;
  options.eps = 0.1;
  // m = 1, v = 1; corrected 2, 4; step 0.1 * 2 / (2 + 0.1)
  double first = 1 - 0.1 * 2 / 2.1;
  CHECK(after<Adam>(1, {2}, 0.1, options) == near(first));
  // m = 0.5 + 2, v = 0.75 + 4; corrected by 0.75 and 1 - 0.5625
  double second = first - 0.1 * (2.5 / 0.75) / (std::sqrt(4.75 / 0.4375) + 0.1);
  CHECK(after<Adam>(1, {2, 4}, 0.1, options) == near(second));

  options.weight_decay = 2;  // g = 2 + 2 * 1 = 4: corrected 4, 16
  CHECK(after<Adam>(1, {2}, 0.1, options) == near(1 - 0.1 * 4 / 4.1));
}

TEST_CASE("Adam: amsgrad divides by the largest mean of squares so far") {
  AdamOptions options;
  options.beta1 = 0;
  options.beta2 = 0.5;
  options.eps = 0;
  options.amsgrad = true;
  // v = 8, then 0.5 * 8 + 0.5 * 1 = 4.5: 8 is kept; corrected by 0.75
  CHECK(after<Adam>(1, {4, 1}, 0.1, options) == near(1 - 0.1 - 0.1 / std::sqrt(8 / 0.75)));
  options.amsgrad = false;
  CHECK(after<Adam>(1, {4, 1}, 0.1, options) == near(1 - 0.1 - 0.1 / std::sqrt(4.5 / 0.75)));
}

TEST_CASE("AdamW: the parameter shrinks by itself, the gradient is left alone") {
  AdamWOptions options;
  CHECK(options.weight_decay == 0.01);
  options.weight_decay = 0.5;
  options.eps = 0;
  CHECK(after<AdamW>(1, {2}, 0.1, options) == near(1 * (1 - 0.05) - 0.1));
}

TEST_CASE("Adam: messages and printing") {
  Tensor p(1);
  auto with = [](double beta1, double beta2, double eps) { return AdamOptions{beta1, beta2, eps, 0, false}; };
  CHECK_THROWS_WITH_AS(Adam({p}, 0.1, with(1, 0.9, 0)), "Adam: beta1 1: must be in [0, 1)", Error);
  CHECK_THROWS_WITH_AS(Adam({p}, 0.1, with(0.9, -0.5, 0)), "Adam: beta2 -0.5: must be in [0, 1)", Error);
  CHECK_THROWS_WITH_AS(Adam({p}, 0.1, with(0.9, 0.9, -1)), "Adam: eps -1: must be a finite number, not negative", Error);
  CHECK(printed(AdamW({p})) == "AdamW(1 parameters, lr 0.001, beta1 0.9, beta2 0.999, eps 1e-08, weight_decay 0.01, amsgrad false)");
}
