#include "messages.h"

#include <qkv/show/chart.h>
#include <qkv/show/display.h>
#include <qkv/show/format.h>
#include <qkv/show/graph_picture.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>
#include <qkv/show/text.h>

#include <iostream>
#include <sstream>

using namespace qkv;

namespace {

show::HeatMap map(const Tensor& values, double low, double high, const std::vector<std::string>& rows = {}) {
  show::HeatMap result;
  result.values = values;
  result.low = low;
  result.high = high;
  result.rows = rows;
  return result;
}

show::HeatMap labelled(const std::vector<std::string>& rows, const std::vector<std::string>& columns) {
  show::HeatMap result;
  result.values = zeros({2, 3});
  result.rows = rows;
  result.columns = columns;
  return result;
}

show::LineChart chart(const std::vector<double>& x, const std::vector<double>& y, bool log_x = false) {
  show::LineChart result;
  if (!x.empty()) result.series = {{"a", x, y}};
  result.log_x = log_x;
  return result;
}

show::LineChart between(double y_low, double y_high, bool log_y = false) {
  show::LineChart result = chart({1, 2}, {1, 2});
  result.log_y = log_y;
  result.y_low = y_low;
  result.y_high = y_high;
  return result;
}

template <class Printed>
void print(const Printed& printed) {
  std::ostringstream out;
  out << printed;
}

show::Picture picture() { return show::Picture(4, 4); }
show::Table table() { return show::Table({"a", "b"}); }

/// A lesson of this body: what it says on stderr.
void lesson(void (*body)(show::Lesson&), std::vector<const char*> flags = {}) {
  flags.insert(flags.begin(), "lesson");
  std::ostringstream out, err;
  std::streambuf *out_before = std::cout.rdbuf(out.rdbuf()), *err_before = std::cerr.rdbuf(err.rdbuf());
  show::LessonInfo info{"31", "A lesson", "", "", "", {{"no-mask", "padding is attended to"}}};
  show::run_lesson(static_cast<int>(flags.size()), flags.data(), info, body);
  std::cout.rdbuf(out_before);
  std::cerr.rdbuf(err_before);
  const std::string said = err.str();
  if (!said.empty()) throw Error(said.substr(0, said.size() - 1));  // without the line's end
}
void nothing(show::Lesson&) {}
void with_flags(const std::vector<const char*>& flags) { lesson(nothing, flags); }

constexpr std::size_t minus_one = static_cast<std::size_t>(-1);

}  // namespace

// A row is a call, and what is said of it.
// clang-format off

TEST_CASE("messages: Table") {
  check_messages({
      {[] { show::Table(std::vector<std::string>()); }, "Table: no headings: needs at least one column"},
      {[] { show::Table({"a", "b"}).add_row({"1"}); }, "Table: a row of 1 cells under 2 headings"},
      {[] { show::Table({"a"}).add_row({"1", "2"}); }, "Table: a row of 2 cells under 1 headings"},
      {[] { show::Table({"a"}).column(1); }, "Table: column 1 of 1: there is none"},
      {[] { show::Table({"a", "b"}).has_numbers(2); }, "Table: column 2 of 2: there is none"},
      {[] { table().add_row({}); }, "Table: a row of 0 cells under 2 headings"},
      {[] { table().add_row({"1", "2"}).add_row({"1"}); }, "Table: a row of 1 cells under 2 headings"},
      {[] { table().column(2); }, "Table: column 2 of 2: there is none"},
      {[] { table().column(minus_one); }, "Table: column 18446744073709551615 of 2: there is none"},
      {[] { table().has_numbers(minus_one); }, "Table: column 18446744073709551615 of 2: there is none"},
      {[] { show::Table({"a"}).has_numbers(1); }, "Table: column 1 of 1: there is none"},
  });
}

TEST_CASE("messages: HeatMap") {
  check_messages({
      {[] { show::draw(map(zeros({3}), 0, 0)); }, "HeatMap: values of shape (3,): must be a matrix"},
      {[] { show::draw(map(Tensor(), 0, 0)); }, "tensor: this handle is empty: it was never given a value"},
      {[] { show::draw(map(zeros({2, 2}), 2, 1)); }, "HeatMap: the scale runs from 2 to 1: must not fall"},
      {[] { show::draw(map(zeros({0, 2}), 0, 0)); }, "HeatMap: values of shape (0, 2): must be a matrix"},
      {[] { show::draw(map(zeros({2, 2}), 0, 0, {"one"})); }, "HeatMap: 1 row labels for 2 rows"},
      {[] { show::draw(labelled({}, {"a", "b"})); }, "HeatMap: 2 column labels for 3 columns"},
      {[] { show::draw(map(zeros({2, 2}), not_a_number, 1)); }, "HeatMap: the scale runs from nan to 1: must not fall"},
      {[] { show::draw(map(zeros({2, 2}), 0, inf)); }, "HeatMap: the scale runs from 0 to inf: too far"},
      {[] { show::draw(map(zeros({2, 6000}), 0, 0)); }, "Picture: 24092 x 124: both must be from 1 to 20000"},
      {[] { show::pixels(map(zeros({2, 2}), 0, 0), 0); }, "pixels: a cell of 0 pixels: must be positive"},
      {[] { show::pixels(map(zeros({3}), 0, 0)); }, "HeatMap: values of shape (3,): must be a matrix"},
      {[] { show::pixels(map(Tensor(), 0, 0)); }, "tensor: this handle is empty: it was never given a value"},
      {[] { print(map(Tensor(1), 0, 0)); }, "HeatMap: values of shape (): must be a matrix"},
      {[] { print(map(zeros({2, 2, 2}), 0, 0)); }, "HeatMap: values of shape (2, 2, 2): must be a matrix"},
      {[] { print(labelled({"a", "b", "c"}, {})); }, "HeatMap: 3 row labels for 2 rows"},
      {[] { print(map(zeros({2, 2}), 1, -1)); }, "HeatMap: the scale runs from 1 to -1: must not fall"},
  });
}

TEST_CASE("messages: LineChart") {
  check_messages({
      {[] { show::draw(chart({}, {})); }, "LineChart: no series: needs at least one"},
      {[] { show::draw(chart({1, 2}, {1})); }, "LineChart: 'a' has 2 x and 1 y: needs a y for each x"},
      {[] { show::draw(chart({0, 1}, {1, 2}, true)); }, "LineChart: 'a' has the point 0 on a logarithmic axis: must be above 0"},
      {[] { show::draw(chart({1, not_a_number}, {1, 2})); }, "LineChart: 'a' has an x that is not finite"},
      {[] { show::draw(chart({1, 2}, {1e200, 2})); }, "LineChart: 'a' has the point 1e+200: must be below 1e+100"},
      {[] { show::draw(chart({1, 2}, {0, 5e-324})); }, "LineChart: 'a' has the point 4.94066e-324: must be 0, or from 1e-300 on in size"},
      {[] { show::draw(between(2, 1)); }, "LineChart: the y axis runs from 2 to 1: must rise"},
      {[] { show::draw(between(not_a_number, 1)); }, "LineChart: the y axis runs from nan to 1: must rise"},
      {[] { show::draw(between(-1, 1, true)); }, "LineChart: the y axis runs from -1 to 1: must rise, from above 0"},
      {[] { show::draw(between(0, 1e-310)); }, "LineChart: the y axis runs from 0 to 1e-310: must rise by 1e-300 or more"},
      {[] { print(chart({}, {})); }, "LineChart: no series: needs at least one"},
      {[] { print(chart({1}, {1, 2})); }, "LineChart: 'a' has 1 x and 2 y: needs a y for each x"},
      {[] { print(chart({-1, 1}, {1, 2}, true)); }, "LineChart: 'a' has the point -1 on a logarithmic axis: must be above 0"},
      {[] { print(between(1, -inf)); }, "LineChart: the y axis runs from 1 to -inf: must rise"},
  });
}

TEST_CASE("messages: Picture") {
  check_messages({
      {[] { show::Picture(0, 5); }, "Picture: 0 x 5: both must be from 1 to 20000"},
      {[] { show::Picture(5, -1); }, "Picture: 5 x -1: both must be from 1 to 20000"},
      {[] { show::Picture(100000, 100000); }, "Picture: 100000 x 100000: both must be from 1 to 20000"},
      {[] { show::Picture(not_a_number, 1); }, "Picture: nan x 1: both must be from 1 to 20000"},
      {[] { picture().rectangle({0, 0}, -1, 2, show::ink); }, "Picture: a rectangle of -1 x 2: must be from 0 to 1000000"},
      {[] { picture().rectangle({0, 0}, 2, inf, show::ink); }, "Picture: a rectangle of 2 x inf: must be from 0 to 1000000"},
      {[] { picture().rectangle({0, not_a_number}, 2, 1, show::ink); }, "Picture: the point (0, nan): must be numbers of at most 1000000"},
      {[] { picture().rectangle({0, 0}, 1, 1, show::ink, show::no_pen, -1); }, "Picture: a radius of -1: must be from 0 to 1000000"},
      {[] { picture().rectangle({0, 0}, 1, 1, {show::ink, 1.5}); }, "Picture: an opacity of 1.5: must be from 0 to 1"},
      {[] { picture().circle({0, 0}, -1, show::ink); }, "Picture: a radius of -1: must be from 0 to 1000000"},
      {[] { picture().circle({inf, 0}, 1, show::ink); }, "Picture: the point (inf, 0): must be numbers of at most 1000000"},
      {[] { picture().line({0, 0}, {not_a_number, 1}); }, "Picture: the point (nan, 1): must be numbers of at most 1000000"},
      {[] { picture().line({0, 1e300}, {1, 1}); }, "Picture: the point (0, 1e+300): must be numbers of at most 1000000"},
      {[] { picture().line({0, 0}, {1, 1}, {show::ink, -1}); }, "Picture: a pen of -1: must be from 0 to 1000000"},
      {[] { picture().line({0, 0}, {1, 1}, {show::ink, inf}); }, "Picture: a pen of inf: must be from 0 to 1000000"},
      {[] { picture().polyline({{0, 0}}); }, "Picture: a polyline of 1 points: needs at least 2"},
      {[] { picture().polyline({{0, 0}, {0, inf}}); }, "Picture: the point (0, inf): must be numbers of at most 1000000"},
      {[] { picture().polygon({}, show::ink); }, "Picture: a polygon of 0 points: needs at least 3"},
      {[] { picture().polygon({{0, 0}, {1, 1}}, show::ink); }, "Picture: a polygon of 2 points: needs at least 3"},
      {[] { picture().polygon({{0, 0}, {1, 1}, {0, inf}}, show::ink); }, "Picture: the point (0, inf): must be numbers of at most 1000000"},
      {[] { picture().arrow({0, 0}, {0, not_a_number}); }, "Picture: the point (0, nan): must be numbers of at most 1000000"},
      {[] { picture().arrow({0, 0}, {0, 1}, {show::ink, -2}); }, "Picture: a pen of -2: must be from 0 to 1000000"},
      {[] { picture().curved_arrow({{0, 0}}); }, "Picture: an arrow of 1 points: needs at least 2"},
      {[] { picture().text({not_a_number, 0}, "a"); }, "Picture: the point (nan, 0): must be numbers of at most 1000000"},
      {[] { picture().text({0, 0}, "a", {show::Align::left, show::ink, -1}); }, "Picture: text of -1: must be from 0 to 1000000"},
      {[] { picture().paste(picture(), {0, 2e6}); }, "Picture: the point (0, 2e+06): must be numbers of at most 1000000"},
      {[] { picture().save("/nowhere/f.svg"); }, "Picture: /nowhere/f.svg: cannot write: No such file or directory"},
      {[] { picture().save("/dev/null/f.svg"); }, "Picture: /dev/null/f.svg: cannot write: Not a directory"},
      {[] { show::grid({}, 2); }, "grid: 0 pictures in 2 columns: needs at least one of each"},
      {[] { show::grid({picture()}, 0); }, "grid: 1 pictures in 0 columns: needs at least one of each"},
      {[] { show::grid({picture()}, -1); }, "grid: 1 pictures in -1 columns: needs at least one of each"},
      {[] { show::grid({show::Picture(20000, 1), picture()}, 2); }, "Picture: 20052 x 36: both must be from 1 to 20000"},
  });
}

TEST_CASE("messages: graph_picture") {
  check_messages({
      {[] { show::graph_picture({}); }, "graph_picture: no nodes: needs at least one"},
      {[] { show::graph_picture({{"a", "", "", "+", {1}}}); }, "graph_picture: 'a' comes from node 1 of 1: there is none"},
      {[] { show::graph_picture({{"a", "", "", "+"}}); }, "graph_picture: 'a' has an operation, and no nodes that it takes"},
      {[] { show::graph_picture({{"a", "", ""}, {"b", "", "", "", {0}}}); }, "graph_picture: 'b' has nodes that it comes from, and no operation"},
      {[] { show::graph_picture({{"a", "", "", "+", {0}}}); }, "graph_picture: 'a' comes from itself"},
      {[] { show::graph_picture({{"a", "", "", "+", {1}}, {"b", "", "", "+", {0}}}); }, "graph_picture: 'a' comes from itself"},
  });
}

TEST_CASE("messages: format") {
  check_messages({
      {[] { show::lines(Tensor()); }, "tensor: this handle is empty: it was never given a value"},
      {[] { show::named_lines("x", Tensor()); }, "tensor: this handle is empty: it was never given a value"},
  });
}

TEST_CASE("messages: displayed") {
  check_messages({
      {[] { show::shown(map(zeros({3}), 0, 0)); }, "HeatMap: values of shape (3,): must be a matrix"},
      {[] { show::shown(map(Tensor(), 0, 0)); }, "tensor: this handle is empty: it was never given a value"},
      {[] { show::shown(chart({}, {})); }, "LineChart: no series: needs at least one"},
      {[] { show::shown(chart({1, 2}, {1})); }, "LineChart: 'a' has 2 x and 1 y: needs a y for each x"},
  });
}

TEST_CASE("messages: text") {
  check_messages({
      {[] { show::left("a", minus_one); }, "left: 18446744073709551615 columns: at most 1000000"},
      {[] { show::right("a", minus_one); }, "right: 18446744073709551615 columns: at most 1000000"},
      {[] { show::centre("a", minus_one); }, "centre: 18446744073709551615 columns: at most 1000000"},
      {[] { show::repeat("a", minus_one); }, "repeat: 18446744073709551615 times: at most 1000000"},
      {[] { show::bar(0.5, minus_one); }, "bar: 18446744073709551615 columns: at most 1000000"},
      {[] { show::named_lines("x", zeros({2}), minus_one); }, "left: 18446744073709551615 columns: at most 1000000"},
  });
}

TEST_CASE("messages: Progress") {
  check_messages({
      {[] { show::Progress(-1, "training"); }, "Progress: total -1: must not be negative"},
      {[] { show::progress_line("training", -1, 10, 1, ""); }, "progress_line: -1 of 10 in 1 s: must not be negative"},
      {[] { show::progress_line("training", 1, -10, 1, ""); }, "progress_line: 1 of -10 in 1 s: must not be negative"},
      {[] { show::progress_line("training", 1, 10, -1, ""); }, "progress_line: 1 of 10 in -1 s: must not be negative"},
      {[] { show::progress_line("training", 1, 10, not_a_number, ""); }, "progress_line: 1 of 10 in nan s: must not be negative"},
  });
}

TEST_CASE("messages: Lesson") {
  check_messages({
      {[] { lesson([](show::Lesson& l) { l.broken("no-scale"); }); }, "lesson 31: broken(\"no-scale\"): there is no such break"},
      {[] { lesson([](show::Lesson& l) { l.broken(""); }); }, "lesson 31: broken(\"\"): there is no such break"},
      {[] { lesson([](show::Lesson& l) { l.show_error("sum", [] {}); }); }, "lesson 31: show_error: sum: was not refused"},
      {[] { lesson([](show::Lesson& l) { l.compare("two ways", zeros({2}), zeros({3})); }); },
       "lesson 31: compare: two ways: shapes (2,) and (3,) differ"},
      {[] { lesson([](show::Lesson& l) { l.compare("two ways", zeros({2}), Tensor()); }); },
       "lesson 31: tensor: this handle is empty: it was never given a value"},
      {[] { lesson([](show::Lesson& l) { l.compare("two ways", zeros({2}), zeros({2}), 0); }); },
       "lesson 31: compare: two ways: tolerance 0: must be a finite number above 0"},
      {[] { lesson([](show::Lesson& l) { l.compare("two ways", zeros({2}), zeros({2}), not_a_number); }); },
       "lesson 31: compare: two ways: tolerance nan: must be a finite number above 0"},
      {[] { lesson([](show::Lesson& l) { l.compare("two ways", zeros({2}), zeros({2}), inf); }); },
       "lesson 31: compare: two ways: tolerance inf: must be a finite number above 0"},
      {[] { lesson([](show::Lesson& l) { l.picture_path("map"); }); }, "lesson 31: picture_path: map: --out was not given"},
      {[] { lesson([](show::Lesson& l) { l.show("x", Tensor()); }); },
       "lesson 31: tensor: this handle is empty: it was never given a value"},
      {[] { lesson([](show::Lesson& l) { l.name_columns(minus_one), l.show("x", 1); }); },
       "lesson 31: left: 18446744073709551615 columns: at most 1000000"},
      {[] { lesson([](show::Lesson& l) { l.name_columns(minus_one), l.show("x", zeros({2})); }); },
       "lesson 31: left: 18446744073709551615 columns: at most 1000000"},
      {[] { lesson([](show::Lesson& l) { l.show("map", map(zeros({3}), 0, 0)); }); },
       "lesson 31: HeatMap: values of shape (3,): must be a matrix"},
      {[] { lesson([](show::Lesson& l) { l.show("map", labelled({"a"}, {})); }); }, "lesson 31: HeatMap: 1 row labels for 2 rows"},
      {[] { lesson([](show::Lesson& l) { l.show("chart", chart({}, {})); }); }, "lesson 31: LineChart: no series: needs at least one"},
      {[] { lesson([](show::Lesson& l) { l.show("chart", chart({1}, {1, 2})); }); },
       "lesson 31: LineChart: 'a' has 1 x and 2 y: needs a y for each x"},
  });
}

TEST_CASE("messages: flags of a lesson") {
  check_messages({
      {[] { with_flags({"--seed", "-1"}); }, "lesson 31: --seed: '-1' is not a whole number from 0 on (--help lists the flags)"},
      {[] { with_flags({"--seed", "1.5"}); }, "lesson 31: --seed: '1.5' is not a whole number from 0 on (--help lists the flags)"},
      {[] { with_flags({"--break=no-scale"}); }, "lesson 31: --break: 'no-scale' is not one of: no-mask (--help lists the flags)"},
      {[] { with_flags({"--out", ""}); }, "lesson 31: --out: the name is empty (--help lists the flags)"},
      {[] { with_flags({"--out", "/dev/null/pictures"}); },
       "lesson 31: --out /dev/null/pictures: the directory cannot be made: Not a directory"},
      {[] { with_flags({"--quickly"}); }, "lesson 31: The following argument was not expected: --quickly (--help lists the flags)"},
  });
}
