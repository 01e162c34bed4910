#include <doctest/doctest.h>
#include <qkv/show/axis.h>
#include <qkv/show/chart.h>
#include <qkv/show/colour.h>
#include <qkv/tensor/error.h>

#include <cmath>
#include <sstream>

using namespace qkv;
using namespace qkv::show;
using Labels = std::vector<std::string>;

namespace {
std::string text(const LineChart& chart) {
  std::ostringstream out;
  out << chart;
  return out.str();
}
int count(const Canvas& canvas, Colour colour) {
  int pixels = 0;
  for (int y = 0; y < canvas.height(); ++y)
    for (int x = 0; x < canvas.width(); ++x) pixels += canvas.pixel(x, y) == colour;
  return pixels;
}
}  // namespace

TEST_CASE("axis: round ticks, the same decimals on all") {
  CHECK(make_axis(0, 1, false, 5, true).labels == Labels{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"});
  CHECK(make_axis(0.13, 0.47, false, 5, true).labels == Labels{"0.10", "0.15", "0.20", "0.25", "0.30", "0.35", "0.40", "0.45", "0.50"});
  CHECK(make_axis(0, 199, false, 8, false).labels.back() == "180");
  CHECK(make_axis(1e-6, 1, true, 8, true).labels == Labels{"1e-06", "1e-05", "0.0001", "0.001", "0.01", "0.1", "1"});
  CHECK(make_axis(2, 60, true, 8, false).labels == Labels{"2", "5", "10", "20", "50"});
  CHECK(make_axis(1, 100, true, 5, false).fraction(10) == doctest::Approx(0.5));
}

TEST_CASE("axis: one number stands in the middle, however large") {
  for (double value : {0.0, 3.0, -2.0, 1e20}) {
    Axis axis = make_axis(value, value * (1 + 1e-15), false, 5, true);
    CHECK(axis.fraction(value) == doctest::Approx(0.5));
    CHECK(axis.ticks.size() == 1);
  }
}

TEST_CASE("a chart in plain text") {
  LineChart chart{"Accuracy", "distance", "share", {{"RNN", {4, 8, 16}, {1, 0.5, 0}}, {"chance", {4, 16}, {0.5, 0.5}}}};
  chart.log_x = true;
  CHECK(text(chart) ==
        "Accuracy\n"
        "share\n"
        "1.0 ┤●⠢⢄⡀\n"
        "    │   ⠈⠑⠢⢄⡀\n"
        "    │       ⠈⠑⠢⢄⡀\n"
        "0.8 ┤           ⠈⠑⠢⢄⡀\n"
        "    │               ⠈⠑⠢⢄⡀\n"
        "    │                   ⠈⠑⠢⢄⡀\n"
        "0.6 ┤                       ⠈⠑⠢⢄⡀\n"
        "    │                           ⠈⠑⠢⢄⡀\n"
        "    │▲⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉●⠛⠭⣉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉▲\n"
        "0.4 ┤                                    ⠉⠒⠤⣀\n"
        "    │                                        ⠉⠒⠤⣀\n"
        "    │                                            ⠉⠒⠤⣀\n"
        "0.2 ┤                                                ⠉⠒⠤⣀\n"
        "    │                                                    ⠉⠒⠤⣀\n"
        "    │                                                        ⠉⠒⠤⣀\n"
        "0.0 ┤                                                            ⠉⠒⠤●\n"
        "    └────────────────────────────────────────────────────────────────\n"
        "     4                              8                              16\n"
        "                                                             distance\n"
        "     ● RNN   ▲ chance\n");
}

TEST_CASE("a gap where y is not a number; a single series without a name has no legend") {
  LineChart chart{"", "", "", {{"", {0, 1, 2, 3}, {1, 1, NAN, 1}}}};
  std::string all = text(chart);
  CHECK(all.find("●⠉⠉") != std::string::npos);
  int marks = 0;
  for (std::size_t at = all.find("●"); at != std::string::npos; at = all.find("●", at + 1)) ++marks;
  CHECK(marks == 3);
}

TEST_CASE("a drawn chart has each line in its colour") {
  LineChart chart{"T", "x", "y", {{"a", {0, 1}, {0, 1}}, {"b", {0, 1}, {1, 0}}, {"c", {0, 1}, {2, 2}}, {"d", {0, 1}, {3, 3}}}};
  Canvas canvas = draw(chart);
  CHECK(canvas.height() == 460);
  for (std::size_t i = 0; i < 4; ++i) CHECK(count(canvas, line_colour(i)) > 600);
  CHECK(count(canvas, line_colour(4)) == 0);
}

TEST_CASE("many points, huge and equal numbers draw too") {
  Series many{"many", {}, {}};
  for (int i = 0; i < 1000; ++i) {
    many.x.push_back(i);
    many.y.push_back(1e20 + i);
  }
  CHECK_NOTHROW(text({"", "", "", {many}}));
  CHECK_NOTHROW(draw(LineChart{"", "", "", {{"nothing finite", {1}, {NAN}}}}));
}

TEST_CASE("chart: what is wrong is named") {
  CHECK_THROWS_WITH_AS(text({}), "LineChart: no series: needs at least one", Error);
  CHECK_THROWS_WITH_AS(text({"", "", "", {{"a", {1, 2}, {1}}}}), "LineChart: 'a' has 2 x and 1 y: needs a y for each x", Error);
  CHECK_THROWS_WITH_AS(text({"", "", "", {{"a", {}, {}}}}), "LineChart: 'a' has no points", Error);
  CHECK_THROWS_WITH_AS(text({"", "", "", {{"a", {INFINITY}, {1}}}}), "LineChart: 'a' has an x that is not finite", Error);
  LineChart log{"", "", "", {{"a", {1, 2}, {0, 1}}}};
  log.log_y = true;
  CHECK_THROWS_WITH_AS(draw(log), "LineChart: 'a' has the point 0 on a logarithmic axis: must be above 0", Error);
  LineChart range{"", "", "", {{"a", {1}, {1}}}};
  range.y_low = 1;
  CHECK_THROWS_WITH_AS(draw(range), "LineChart: the y axis runs from 1 to 0: must rise", Error);
}
