#include <doctest/doctest.h>
#include <qkv/show/differences.h>

#include <sstream>

using namespace qkv::show;

namespace {
std::string differences(const std::string& before, const std::string& after) {
  std::ostringstream out;
  print_differences(out, before, after);
  return out.str();
}
}  // namespace

TEST_CASE("differences: a table row comes with the head of its table, lines in between are left out") {
  const std::string before =
      "1  A table\n       word   e\n       ─────\n       the    1\n       a      2\n       b      3\n       c      4\n";
  const std::string after =
      "1  A table\n       word   e\n       ─────\n       the    1\n       a      2\n       b      3\n       c      5\n";
  CHECK(differences(before, after) ==
        "\n1  A table\n       word   e\n       ─────\n       ...\n       b      3\n -     c      4\n +     c      5\n");
}

TEST_CASE("differences: wider columns, longer rules and other times are none") {
  CHECK(differences("1  A\n   x  1\n   ───\n   took 0.8 s\n", "1  A\n   x   1\n   ────\n   took 1.2 s\n") ==
        "\nThe same in both: section 1.\n");
  CHECK(differences("1  A\n   took 8\n", "1  A\n   took 9\n") == "\n1  A\n - took 8\n + took 9\n");
}

TEST_CASE("differences: what only one of the two has") {
  CHECK(differences("1  A\n   a\n", "1  A\n   a\n   b\n2  B\n   c\n") == "\n1  A\n   a\n + b\n\n2  B\n + c\n");
  CHECK(differences("1  A\n   a\n   b\n", "1  A\n   a\n") == "\n1  A\n   a\n - b\n");
  CHECK(differences("", "") == "");
}

TEST_CASE("differences: steps and seeds are no times, and a heading may differ") {
  CHECK(differences("1  A\n   after 12 steps\n", "1  A\n   after 900 steps\n") == "\n1  A\n - after 12 steps\n + after 900 steps\n");
  CHECK(differences("1  A   f = 1\n   x\n", "1  A   f = 2\n   x\n") == "\n1  A   f = 1\n+ 1  A   f = 2\n");
}
