#include "steps.h"

#include <qkv/optim/rules.h>

using namespace qkv;
using namespace qkv::optim;

namespace {
SGDOptions with(double momentum, double dampening = 0, double weight_decay = 0, bool nesterov = false) {
  return {momentum, dampening, weight_decay, nesterov};
}
}  // namespace

TEST_CASE("SGD: steps by hand") {
  CHECK(after<SGD>(1, {2, 3}, 0.1) == near(1 - 0.2 - 0.3));
  // weight decay: g = 2 + 0.5 * 1 = 2.5
  CHECK(after<SGD>(1, {2}, 0.1, with(0, 0, 0.5)) == near(1 - 0.25));
  // momentum: buf = 2, then 0.9 * 2 + 3 = 4.8
  CHECK(after<SGD>(1, {2, 3}, 0.1, with(0.9)) == near(1 - 0.2 - 0.48));
  // dampening spares the first step: buf = 2, then 0.9 * 2 + 0.75 * 3 = 4.05
  CHECK(after<SGD>(1, {2, 3}, 0.1, with(0.9, 0.25)) == near(1 - 0.2 - 0.405));
  // nesterov: 2 + 0.9 * 2 = 3.8, then 3 + 0.9 * 4.8 = 7.32
  CHECK(after<SGD>(1, {2, 3}, 0.1, with(0.9, 0, 0, true)) == near(1 - 0.38 - 0.732));
}

TEST_CASE("SGD: messages and printing") {
  Tensor p(1);
  CHECK_THROWS_WITH_AS(SGD({p}, 0.1, with(-1)), "SGD: momentum -1: must be a finite number, not negative", Error);
  CHECK_THROWS_WITH_AS(SGD({p}, 0.1, with(0.9, 1)), "SGD: dampening 1: must be in [0, 1)", Error);
  CHECK_THROWS_WITH_AS(SGD({p}, 0.1, with(0.9, 0, -0.1)), "SGD: weight_decay -0.1: must be a finite number, not negative", Error);
  CHECK_THROWS_WITH_AS(SGD({p}, 0.1, with(0, 0, 0, true)),
                       "SGD: nesterov with momentum 0 and dampening 0: needs momentum above 0 and no dampening", Error);
  CHECK(printed(SGD({p}, 0.1, with(0.9))) == "SGD(1 parameters, lr 0.1, momentum 0.9, dampening 0, weight_decay 0, nesterov false)");
}
