#include <doctest/doctest.h>

#include "page.h"

using namespace checker;

namespace {
bool same(const char* expected, const char* actual) { return agree(expected, actual, Places::may_round); }
}  // namespace

TEST_CASE("compare: words exactly, blanks as one") {
  CHECK(same("  the   cat", "the cat"));
  CHECK_FALSE(same("the cat", "the cats"));
  CHECK_FALSE(same("the cat", "thecat"));
  CHECK(same("a [ 0.5000  1.0000 ]", "a [-0.0000  1.0000 ]") == false);
  CHECK(same("[ 0.0000 ]", "[-0.0000 ]"));
}

TEST_CASE("compare: numbers nearly, counts and names exactly") {
  CHECK(same("x 0.123456", "x 0.123461"));
  CHECK_FALSE(same("x 0.12345", "x 0.12353"));
  CHECK(same("1234.5 e", "1234.51 e"));
  CHECK(same("0.1234", "0.1235"));  // one value on the edge, rounded either way
  CHECK_FALSE(same("0.1234", "0.1236"));
  CHECK_FALSE(same("0.87", "0.88"));
  CHECK_FALSE(agree(std::string("0.1234"), "0.1235", Places::exact));
  CHECK(same("1.5e-07", "0.00000015"));
  CHECK(same("-1.5", "- 1.5") == false);
  CHECK_FALSE(same("parameters 50000", "parameters 50001"));
  CHECK(same("2 = 2", "2 = 2.00001"));
  CHECK_FALSE(same("W1 x", "W2 x"));
  CHECK_FALSE(same("1 2", "12"));
  CHECK_FALSE(same("nan", "0.5"));
}

TEST_CASE("compare: a number may bring its tolerance") {
  CHECK(same("accuracy 0.87~0.05", "accuracy 0.91"));
  CHECK_FALSE(same("accuracy 0.87~0.05", "accuracy 0.93"));
  CHECK(same("steps 120~30, loss 0.1", "steps 100, loss 0.1"));
  CHECK_FALSE(same("about ~ 5", "about 5"));
}

TEST_CASE("compare: times are numbers, whichever") {
  CHECK(same("took 1.23 s", "took 940 ms"));
  CHECK(same("| 12 µs | 3 |", "| 1.5 us | 3 |"));
  CHECK_FALSE(same("took 1.23 s", "took long"));
  CHECK_FALSE(same("took 1.23 s", "took 1.23"));
  CHECK_FALSE(same("2 states", "3 states"));
}

TEST_CASE("update: tolerances stay where the words do") {
  std::vector<std::string> old{"heading", "accuracy  0.87~0.05  of 10", "time 1.50 s"};
  CHECK(updated(old, {"heading", "new", "accuracy  0.91  of 10", "time 2.50 s"}) ==
        std::vector<std::string>{"heading", "new", "accuracy  0.91~0.05  of 10", "time 2.50 s"});
  CHECK(updated(old, {"heading", "accuracy  0.89  of 10", "time 2.50 s"}) == old);
  CHECK(updated(old, {"heading", "precision  0.91  of 10"})[1] == "precision  0.91  of 10");
}

TEST_CASE("page: blocks and spans") {
  Page page = read_page({"about `0.1235` and ``x = 1.5``", "```text output", "  a 1.0", "...", "c", "```", "```cpp", "`0.777`", "```"});
  REQUIRE(page.blocks.size() == 2);
  CHECK(page.blocks[0].info == "text output");
  CHECK(page.blocks[0].line == 3);
  REQUIRE(page.spans.size() == 2);
  CHECK(page.spans[1].text == "x = 1.5");

  CHECK(first_missing(page.blocks[0], {"start", "a 1.0", "b", "c"}) == 3);
  CHECK(first_missing(page.blocks[0], {"c", "a 1.0", "b"}) == 2);
  CHECK(first_missing(page.blocks[0], {"a 1.1", "c"}) == 0);
  CHECK(first_missing({"", 1, {"a", "c"}}, {"a", "b", "c"}) == 1);
  CHECK(first_missing({"", 1, {"a", "a"}}, {"a", "b", "a", "a"}) == 2);
  CHECK(first_missing({"", 1, {"a", "...", "a"}}, {"b", "a"}) == 2);

  CHECK(unknown_numbers(page, parse("0.12346").numbers).empty());
  REQUIRE(unknown_numbers(page, parse("0.12366").numbers).size() == 1);
  CHECK(unknown_numbers(page, parse("0.12366").numbers)[0].text == "0.1235");
}
