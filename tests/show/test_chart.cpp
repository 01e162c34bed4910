#include "svg.h"

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
std::string hex(Colour colour) {
  std::ostringstream out;
  out << colour;
  return out.str();
}
std::vector<Point> places(const Element& element) {
  std::vector<Point> all;
  std::istringstream in(element.attributes.at("points"));
  Point p;
  char comma;
  while (in >> p.x >> comma >> p.y) all.push_back(p);
  return all;
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

TEST_CASE("a drawn chart: a polyline and a mark for each series, in its colour") {
  LineChart chart{"T", "步", "y", {{"a", {0, 1}, {0, 1}}, {"b", {0, 1}, {1, 0}}, {"c", {0, 1}, {2, 2}}, {"注意力", {0, 1}, {3, 3}}}};
  const Picture picture = draw(chart);
  CHECK(picture.height() == 440);
  const Elements all = parsed(picture.svg()), lines = named(all, "polyline");
  REQUIRE(lines.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(lines[i].attributes.at("stroke") == hex(line_colour(i)));
    CHECK(with(all, "fill", hex(line_colour(i))).size() == 3);  // two points and the legend
  }
  CHECK(named(all, "title")[0].text == "T");
  saying(all, "注意力");
  saying(all, "步");
  // x to the right and y up: from 0 to 1 is a third of the way from the axis to 3.
  const std::vector<Point> a = places(lines[0]), b = places(lines[1]), c = places(lines[2]), d = places(lines[3]);
  CHECK(a[0].x < a[1].x);
  CHECK(a[0].y > a[1].y);
  CHECK(a[0].y == b[1].y);
  CHECK(a[1].y == b[0].y);
  CHECK(a[0].y - a[1].y == doctest::Approx(c[0].y - d[0].y).epsilon(0.01));
  CHECK(a[0].y - a[1].y == doctest::Approx((a[0].y - d[0].y) / 3).epsilon(0.01));
}

TEST_CASE("a drawn chart: gaps cut the line, points alone have none") {
  LineChart chart{"", "", "", {{"", {0, 1, 2, 3, 4, 5, 6}, {1, 1, NAN, 2, 2, NAN, 1}}}};
  Elements all = parsed(draw(chart).svg());
  CHECK(named(all, "polyline").size() == 2);
  CHECK(named(all, "circle").size() == 5);
  chart.series[0].points = true;
  all = parsed(draw(chart).svg());
  CHECK(named(all, "polyline").empty());
  CHECK(named(all, "circle").size() == 5);
  CHECK(text(chart).find("●⠉") == std::string::npos);
}

TEST_CASE("a range: a band round a line, a stroke through a point") {
  LineChart chart{"", "", "", {{"LSTM", {1, 2, 4}, {0.5, 0.4, 0.3}, {0.4, 0.2, NAN}, {0.6, 0.5, NAN}}}};
  Elements all = parsed(draw(chart).svg()), bands = named(all, "polygon");
  REQUIRE(bands.size() == 1);
  CHECK(bands[0].attributes.at("fill") == hex(line_colour(0)));
  CHECK(bands[0].attributes.at("fill-opacity") == "18%");
  const std::vector<Point> band = places(bands[0]), line = places(named(all, "polyline")[0]);
  REQUIRE(band.size() == 4);  // below from left to right, above back
  CHECK(band[0].x == line[0].x);
  CHECK(band[1].x == line[1].x);
  CHECK(band[2].x == line[1].x);
  CHECK(band[3].x == line[0].x);
  CHECK(band[0].y > line[0].y);
  CHECK(band[3].y < line[0].y);
  CHECK(band[0].y - line[0].y == doctest::Approx(line[0].y - band[3].y).epsilon(0.01));
  CHECK(band[1].y - line[1].y == doctest::Approx(2 * (line[1].y - band[2].y)).epsilon(0.01));
  saying(all, "0.2");  // the axis reaches as far as the band
  saying(all, "0.6");

  chart.series[0].points = true;
  all = parsed(draw(chart).svg());
  CHECK(named(all, "polygon").empty());
  const Elements strokes = with(named(all, "line"), "stroke", hex(line_colour(0)));
  REQUIRE(strokes.size() == 2);
  CHECK(strokes[0].number("x1") == strokes[0].number("x2"));
  CHECK(strokes[0].number("y1") - strokes[0].number("y2") == doctest::Approx(band[0].y - band[3].y).epsilon(0.01));

  LineChart alone{"", "", "", {{"", {1, 2}, {1, 1}, {0, 1}, {2, 1}, true}}};
  std::string page = text(alone);
  CHECK(page.find("⡇") != std::string::npos);  // the range, in a terminal
  CHECK(page.find("●⠉") == std::string::npos);
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
  CHECK_THROWS_WITH_AS(text({"", "", "", {{"a", {1}, {1}, {1}, {}}}}),
                       "LineChart: 'a' has 1 low, 0 high and 1 y: needs both for each y, or neither", Error);
  CHECK_THROWS_WITH_AS(draw({"", "", "", {{"a", {1, 2}, {1, 1}, {1}, {1}}}}),
                       "LineChart: 'a' has 1 low, 1 high and 2 y: needs both for each y, or neither", Error);
  CHECK_THROWS_WITH_AS(draw({"", "", "", {{"a", {1}, {1}, {2}, {1}}}}), "LineChart: 'a' has a range from 2 to 1: must not fall", Error);
}

TEST_CASE("a line of many points carries few marks, points alone are all drawn") {
  Series series{"points", {}, {}};
  for (int i = 0; i < 80; ++i) {
    series.x.push_back(i);
    series.y.push_back(i % 7);
  }
  const auto marks = [&] {
    const std::string svg = draw(LineChart{"", "x", "y", {series}}).svg();
    int count = -1;  // one stands in the legend
    for (std::size_t at = svg.find("<circle"); at != std::string::npos; at = svg.find("<circle", at + 1)) ++count;
    return count;
  };
  CHECK(marks() == 8);
  series.points = true;
  CHECK(marks() == 80);
}
