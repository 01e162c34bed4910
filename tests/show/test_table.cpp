#include "svg.h"

#include <doctest/doctest.h>
#include <qkv/show/table.h>
#include <qkv/tensor/error.h>

#include <sstream>

using namespace qkv;
using namespace qkv::show;

namespace {
std::string text(const Table& table) {
  std::ostringstream out;
  out << table;
  return out.str();
}
}  // namespace

TEST_CASE("a table aligns numbers on the point and words at the left, Chinese too") {
  Table table({"model", "parameters", "time", "accuracy"});
  table.add_row({"LSTM", whole(11402), "12.25 s", number(0.8751, 3)})
      .add_row({"注意力", whole(987), "1.5 s", number(1, 1)})
      .add_row({"chance", "-", "", "0.1"});
  CHECK(text(table) ==
        "model    parameters      time   accuracy\n"
        "────────────────────────────────────────\n"
        "LSTM         11,402   12.25 s      0.875\n"
        "注意力          987    1.5 s       1.0\n"
        "chance            -                0.1\n");
}

TEST_CASE("a column with a word among its numbers is a column of words") {
  Table table({"d"});
  table.add_row({"4"}).add_row({"3 x 4"}).add_row({"10"});
  CHECK_FALSE(table.has_numbers(0));
  CHECK(text(table) == "d\n─────\n4\n3 x 4\n10\n");
}

TEST_CASE("exponents and signs are numbers") {
  Table table({"x"});
  table.add_row({"-1.5e-03"}).add_row({"+12.25"}).add_row({"87.5%"}).add_row({"nan"});
  CHECK(table.has_numbers(0));
  CHECK(text(table) == "        x\n─────────\n -1.5e-03\n+12.25\n 87.5%\n      nan\n");
}

TEST_CASE("table: wrong numbers of cells") {
  CHECK_THROWS_WITH_AS(Table({"a", "b"}).add_row({"1"}), "Table: a row of 1 cells under 2 headings", Error);
  CHECK_THROWS_WITH_AS(Table({}), "Table: no headings: needs at least one column", Error);
}

TEST_CASE("a table as a picture: a text for each cell, numbers aligned on the point") {
  Table table({"模型", "x"});
  const double before = draw(table).height();
  table.add_row({"a", "12.5"}).add_row({"b", "3"});
  CHECK(draw(table).height() > before);
  const Elements all = parsed(draw(table).svg());
  CHECK(named(all, "text").size() == 6);
  const Element longer = saying(all, "12.5"), shorter = saying(all, "3");
  CHECK(longer.attributes.at("text-anchor") == "end");
  CHECK(longer.x() - shorter.x() == doctest::Approx(text_width("00")).epsilon(0.01));
  CHECK(shorter.y() > longer.y());
  CHECK(saying(all, "a").x() == saying(all, "模型").x());
  CHECK(saying(all, "a").y() == longer.y());
}
