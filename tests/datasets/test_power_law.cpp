#include <io/scratch.h>
#include <qkv/datasets/power_law.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <sstream>

using namespace qkv;
using datasets::fit_power_law;
using datasets::PowerLaw;
using scratch::error_of;

TEST_CASE("fit_power_law: points on a line give the line") {
  PowerLaw cube = fit_power_law({1, 2, 4}, {5, 40, 320});
  CHECK(cube.exponent == doctest::Approx(3));
  CHECK(cube.factor == doctest::Approx(5));
  CHECK(cube(3) == doctest::Approx(135));
  PowerLaw falling = fit_power_law({10, 1000}, {0.1, 0.001});
  CHECK(falling.exponent == doctest::Approx(-1));
  CHECK(falling.factor == doctest::Approx(1));
  CHECK(fit_power_law({1, 2, 8}, {7, 7, 7}).exponent == doctest::Approx(0));
}

TEST_CASE("fit_power_law: ratios count, not differences") {
  // log2 y = 0, 2, 1 at log2 x = 0, 1, 2: the slope is 1/2, the line goes through (1, 1).
  PowerLaw law = fit_power_law({1, 2, 4}, {1, 4, 2});
  CHECK(law.exponent == doctest::Approx(0.5));
  CHECK(law.factor == doctest::Approx(std::sqrt(2.0)));
  // Another unit for y is another factor and the same exponent.
  CHECK(fit_power_law({1, 2, 4}, {1000, 4000, 2000}).exponent == doctest::Approx(0.5));
}

TEST_CASE("fit_power_law: what cannot be fitted") {
  CHECK(error_of([] { fit_power_law({1, 2}, {1}); }) == "fit_power_law: 2 x but 1 y");
  CHECK(error_of([] { fit_power_law({}, {}); }) == "fit_power_law: 0 points: needs at least two different x");
  CHECK(error_of([] { fit_power_law({3, 3}, {1, 2}); }) == "fit_power_law: 2 points: needs at least two different x");
  CHECK(error_of([] { fit_power_law({1, 0}, {1, 2}); }) == "fit_power_law: point 1 is (0, 2): both must be above 0 and finite");
  CHECK(error_of([] {
          fit_power_law({1, 2}, {1, std::numeric_limits<double>::infinity()});
        }) == "fit_power_law: point 1 is (2, inf): both must be above 0 and finite");
}

TEST_CASE("a power law in words") {
  std::ostringstream out;
  out << PowerLaw{2, 0.5};
  CHECK(out.str() == "0.5 x^2");
}
