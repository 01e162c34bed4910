#include "steps.h"

#include <qkv/optim/schedule.h>

using namespace qkv;
using namespace qkv::optim;

TEST_CASE("schedules: rates known beforehand") {
  CHECK(Constant(0.3).lr(0) == 0.3);
  CHECK(Constant(0.3).lr(1000) == 0.3);

  LinearWarmup warmup(0.1, 4, 0.2);
  CHECK(warmup.lr(0) == doctest::Approx(0.02));
  CHECK(warmup.lr(2) == doctest::Approx(0.06));
  CHECK(warmup.lr(4) == doctest::Approx(0.1));
  CHECK(warmup.lr(9) == doctest::Approx(0.1));

  Cosine cosine(1, 6, 0.2);
  CHECK(cosine.lr(0) == doctest::Approx(1));
  CHECK(cosine.lr(2) == doctest::Approx(0.8));  // cos(pi / 3) = 1/2: three quarters of the way up
  CHECK(cosine.lr(3) == doctest::Approx(0.6));
  CHECK(cosine.lr(6) == doctest::Approx(0.2));
  CHECK(cosine.lr(9) == doctest::Approx(0.6));  // up again
  CHECK(cosine.lr(12) == doctest::Approx(1));
}

TEST_CASE("schedules: CosineWithWarmup starts at 0, peaks, and stays at the bottom") {
  CosineWithWarmup schedule(0.4, 4, 10, 0.1);
  CHECK(schedule.lr(0) == 0);
  CHECK(schedule.lr(1) == doctest::Approx(0.1));
  CHECK(schedule.lr(4) == doctest::Approx(0.4));
  CHECK(schedule.lr(7) == doctest::Approx(0.25));
  CHECK(schedule.lr(10) == doctest::Approx(0.1));
  CHECK(schedule.lr(99) == doctest::Approx(0.1));
  CHECK(CosineWithWarmup(1, 0, 5).lr(0) == 1);
}

TEST_CASE("schedules: one after another") {
  Sequential two(LinearWarmup(0.1, 5), 5, Cosine(0.1, 10));
  CHECK(two.lr(4) == doctest::Approx(0.08));
  CHECK(two.lr(5) == doctest::Approx(0.1));
  CHECK(two.lr(10) == doctest::Approx(0.05));
  Sequential three(two, 15, Constant(0.01));
  CHECK(three.lr(10) == doctest::Approx(0.05));
  CHECK(three.lr(15) == doctest::Approx(0.01));
  CHECK(printed(three) ==
        "Sequential(Sequential(LinearWarmup(0 to 0.1 in 5 steps) before step 5, then Cosine(0.1 to 0 in 10 steps)) "
        "before step 15, then Constant(0.01))");
  CHECK(printed(CosineWithWarmup(1, 2, 5)) == "CosineWithWarmup(0 to 1 in 2 steps, to 0 at step 5)");
}

TEST_CASE("schedules: messages") {
  CHECK_THROWS_WITH_AS(Constant(-1), "Constant: base_lr -1: must be a finite number, not negative", Error);
  CHECK_THROWS_WITH_AS(LinearWarmup(1, 0), "LinearWarmup: steps 0: must be at least 1", Error);
  CHECK_THROWS_WITH_AS(Cosine(1, 0), "Cosine: period 0: must be at least 1", Error);
  CHECK_THROWS_WITH_AS(Cosine(1, 1, -2), "Cosine: min_lr -2: must be a finite number, not negative", Error);
  CHECK_THROWS_WITH_AS(CosineWithWarmup(1, 5, 5), "CosineWithWarmup: 5 warm-up steps of 5: must be from 0 to fewer than all", Error);
  CHECK_THROWS_WITH_AS(Sequential(Constant(1), -3, Constant(2)), "Sequential: milestone -3: must not be negative", Error);
  CHECK_THROWS_WITH_AS(Cosine(1, 2).lr(-1), "Cosine: step -1: must not be negative", Error);
  CHECK_THROWS_WITH_AS(Sequential(Constant(1), 3, Constant(2)).lr(-1), "Sequential: step -1: must not be negative", Error);
}
