#include <doctest/doctest.h>
#include <qkv/show/format.h>

#include <cmath>
#include <limits>

using namespace qkv;
using namespace qkv::show;
using Lines = std::vector<std::string>;

namespace {}

TEST_CASE("number: fixed point, no -0, words for what is not finite") {
  CHECK(number(0.61) == "0.6100");
  CHECK(number(-0.8751, 3) == "-0.875");
  CHECK(number(-0.00001) == "0.0000");
  CHECK(number(-0.0, 0) == "0");
  CHECK(number(12345678.0, 2) == "1.23e+07");
  CHECK(number(-std::nan("")) == "nan");
  CHECK(number(-infinity) == "-inf");
  CHECK(scientific(0.00032) == "3.2e-04");
}

TEST_CASE("whole: commas between thousands") {
  CHECK(whole(0) == "0");
  CHECK(whole(123) == "123");
  CHECK(whole(12345) == "12,345");
  CHECK(whole(-1234567) == "-1,234,567");
  CHECK(whole(-123) == "-123");
}

TEST_CASE("bar: eighths of a column") {
  CHECK(bar(0.61, 10) == "██████▏");
  CHECK(bar(0.5, 1) == "▌");
  CHECK(bar(1.0 / 64, 20) == bar(1.0 / 64 - 1e-8, 20));
  CHECK(bar(0, 10) == "");
  CHECK(bar(-1, 10) == "");
  CHECK(bar(std::nan(""), 10) == "");
  CHECK(bar(INFINITY, 10, INFINITY) == "");
  CHECK(bar(7, 3) == "███");
  CHECK(bar(3, 4, 6) == "██");
}

TEST_CASE("lines: aligned on the point, with room for a sign") {
  CHECK(lines(tensor({0.5, -0.25, 1.125})) == Lines{"[  0.5000  -0.2500   1.1250 ]"});
  CHECK(lines(tensor({{0.1, -12.25}, {7, 8.5}})) == Lines{"[   0.1000  -12.2500 ]", "[   7.0000    8.5000 ]"});
  CHECK(lines(tensor({{1, 20}, {-3, 4}})) == Lines{"[  1  20 ]", "[ -3   4 ]"});
  CHECK(lines(Tensor(0.5)) == Lines{"0.5000"});
  CHECK(lines(tensor({0.5, std::nan(""), -infinity})) == Lines{"[  0.5000      nan     -inf ]"});
  CHECK(lines(zeros({0})) == Lines{"[ ]"});
}

TEST_CASE("lines: a rounding error does not turn whole numbers into decimals") {
  CHECK(lines(tensor({1 - 6e-8, 2})) == Lines{"[ 1  2 ]"});
  CHECK(lines(tensor({1 - 1e-5, 2})) == Lines{"[  1.0000   2.0000 ]"});
}

TEST_CASE("lines: long axes are cut") {
  CHECK(lines(arange(12)) == Lines{"[  0   1   2   3   4   5   6   7   8   9  10  11 ]"});
  CHECK(lines(arange(13)) == Lines{"[  0   1   2  ...  10  11  12 ]"});
  CHECK(lines(zeros({20, 1})) == Lines{"[ 0 ]", "[ 0 ]", "[ 0 ]", "...", "[ 0 ]", "[ 0 ]", "[ 0 ]"});
}

TEST_CASE("named_lines: the name before the first line, and before each matrix of many") {
  CHECK(named_lines("q", tensor({1, 2}), 4) == Lines{"q    [ 1  2 ]"});
  CHECK(named_lines("W", tensor({{1}, {2}}), 2) == Lines{"W  [ 1 ]", "   [ 2 ]"});
  CHECK(named_lines("权重", tensor({{1}, {2}}), 2) == Lines{"权重 [ 1 ]", "     [ 2 ]"});
  Tensor a = zeros({1, 2, 2, 1});
  a.set({0, 1, 0, 0}, 5);
  CHECK(named_lines("a", a) == Lines{"a[0,0]   [ 0 ]", "         [ 0 ]", "a[0,1]   [ 5 ]", "         [ 0 ]"});
}

TEST_CASE("median: the middle one, or the mean of the middle two") {
  CHECK(median({0.5, 0.1, 0.4}) == 0.4);
  CHECK(median({4, 1, 2, 8}) == 3);
  CHECK(median({7}) == 7);
  CHECK(median({infinity, 1, -infinity}) == 1);
  CHECK(std::isnan(median({1, std::nan(""), 3})));
  CHECK_THROWS_WITH(median({}), "median: there are no values");
}

TEST_CASE("median_and_range: the middle one, or the mean of the middle two; smallest and largest") {
  CHECK(median_and_range({0.5, 0.1, 0.4}, 2) == "0.40 (0.10 to 0.50)");
  CHECK(median_and_range({4, 1, 2, 8}, 1) == "3.0 (1.0 to 8.0)");
  CHECK(median_and_range({7}, 0) == "7 (7 to 7)");
  CHECK(median_and_range({3, std::nan(""), 1}) == "nan (nan to nan)");
  CHECK_THROWS_WITH(median_and_range({}), "median_and_range: there are no values");
}
