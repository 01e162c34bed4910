#include "steps.h"

#include <qkv/optim/rules.h>

#include <cmath>

using namespace qkv;
using namespace qkv::optim;

TEST_CASE("Adagrad: steps by hand") {
  AdagradOptions options;
  options.eps = 0.5;
  // sum = 9, then 25
  double first = 1 - 0.1 * 3 / 3.5;
  CHECK(after<Adagrad>(1, {3}, 0.1, options) == near(first));
  CHECK(after<Adagrad>(1, {3, 4}, 0.1, options) == near(first - 0.1 * 4 / 5.5));

  options.lr_decay = 1;  // the second step at half the rate
  CHECK(after<Adagrad>(1, {3, 4}, 0.1, options) == near(first - 0.05 * 4 / 5.5));
  options.lr_decay = 0;

  options.weight_decay = 2;  // g = 1 + 2 * 1
  CHECK(after<Adagrad>(1, {1}, 0.1, options) == near(first));
  options.weight_decay = 0;

  options.initial_accumulator_value = 16;
  CHECK(after<Adagrad>(1, {3}, 0.1, options) == near(1 - 0.1 * 3 / 5.5));
}

TEST_CASE("Adagrad: messages and printing") {
  Tensor p(1);
  CHECK_THROWS_WITH_AS(Adagrad({p}, 0.1, {-1, 0, 0, 0}), "Adagrad: lr_decay -1: must be a finite number, not negative", Error);
  CHECK_THROWS_WITH_AS(Adagrad({p}, 0.1, {0, 0, -2, 0}), "Adagrad: initial_accumulator_value -2: must be a finite number, not negative",
                       Error);
  CHECK(printed(Adagrad({p})) == "Adagrad(1 parameters, lr 0.01, lr_decay 0, weight_decay 0, initial_accumulator_value 0, eps 1e-10)");
}
