#include <doctest/doctest.h>
#include <qkv/show/colour.h>
#include <qkv/show/heatmap.h>
#include <qkv/tensor/error.h>

#include <cmath>
#include <sstream>

using namespace qkv;
using namespace qkv::show;

namespace {
std::string text(const HeatMap& map) {
  std::ostringstream out;
  out << map;
  return out.str();
}
int count(const Canvas& canvas, Colour colour) {
  int pixels = 0;
  for (int y = 0; y < canvas.height(); ++y)
    for (int x = 0; x < canvas.width(); ++x) pixels += canvas.pixel(x, y) == colour;
  return pixels;
}
}  // namespace

TEST_CASE("a plain heat map: words on both axes, numbers, shades") {
  HeatMap map{tensor({{0.75, 0.25, 0}, {0.25, 0.25, 0.5}}), {"我", "喜欢"}, {"I", "like", "it"}, "alpha"};
  CHECK(text(map) ==
        "alpha\n"
        "         I      like      it\n"
        "  我  0.75 ██  0.25 ░░  0.00 ··\n"
        "喜欢  0.25 ░░  0.25 ░░  0.50 ▓▓\n"
        "      0.00 ··░░▒▒▓▓██ 0.75\n");
}

TEST_CASE("whole numbers have no decimals, missing labels are numbers") {
  CHECK(text({tensor({{0, 2}}), {}, {}, ""}) == "    0     1\n0  0 ··  2 ██\n   0 ··░░▒▒▓▓██ 2\n");
}

TEST_CASE("many columns: no numbers, and labels written downwards") {
  HeatMap map{eye(13), {}, {}, ""};
  map.columns = {"the", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "跑l"};
  std::string all = text(map);
  CHECK(all.substr(0, all.find("\n 1")) ==
        "    t\n"
        "    h                       跑\n"
        "    e a b c d e f g h i j k l\n"
        " 0  ██························");
}

TEST_CASE("negative numbers: the scale is as wide below 0 as above; -inf has no shade") {
  CHECK(text({tensor({{-0.5, 1, -INFINITY}}), {"q"}, {"a", "b", "c"}, ""}) ==
        "      a         b         c\n"
        "q  -0.50 ░░   1.00 ██   -inf\n"
        "   -1.00 ··░░▒▒▓▓██ 1.00\n");
}

TEST_CASE("a drawn cell has the colour of the scale") {
  Canvas canvas = draw(HeatMap{tensor({{0, 0.5}, {1, 0.25}}), {}, {}, ""});
  for (double value : {0.0, 0.25, 0.5, 1.0}) CHECK(count(canvas, sequential(value)) > 59 * 59 / 2);
  Canvas signs = draw(HeatMap{tensor({{-2, 1, 0, NAN}}), {}, {}, ""});
  for (double value : {-1.0, 0.5, 0.0}) CHECK(count(signs, diverging(value)) > 59 * 59 / 2);
  CHECK(count(signs, Colour{160, 160, 160}) > 59 * 59 / 2);
  HeatMap compared{tensor({{0.5}}), {}, {}, "", 0, 1};
  CHECK(count(draw(compared), sequential(0.5)) > 59 * 59 / 2);
}

TEST_CASE("scales: ends, middle, contrast") {
  CHECK(sequential(-1) == Colour{68, 1, 84});
  CHECK(sequential(2) == Colour{253, 231, 37});
  CHECK(diverging(0) == Colour{247, 247, 247});
  CHECK(readable_on(sequential(0)) == white);
  CHECK(readable_on(sequential(1)) == Colour{0, 0, 0});
}

TEST_CASE("escape sequences: 24 bits, 256 colours, none") {
  CHECK(background({1, 2, 3}, Palette::colours_24_bit) == "\033[48;2;1;2;3m");
  CHECK(foreground({255, 0, 95}, Palette::colours_256) == "\033[38;5;197m");
  CHECK(background({1, 2, 3}, Palette::none) == "");
  std::ostringstream out;
  CHECK(palette_of(out) == Palette::none);
}

TEST_CASE("heat map: wrong shapes, labels and scales") {
  CHECK_THROWS_WITH_AS(text({zeros({3}), {}, {}, ""}), "HeatMap: values of shape (3,): must be a matrix", Error);
  CHECK_THROWS_WITH_AS(draw(HeatMap{zeros({2, 3}), {"a"}, {}, ""}), "HeatMap: 1 row labels for 2 rows", Error);
  CHECK_THROWS_WITH_AS(text({zeros({2, 3}), {}, {"a", "b"}, ""}), "HeatMap: 2 column labels for 3 columns", Error);
  CHECK_THROWS_WITH_AS(text({zeros({1, 1}), {}, {}, "", 1, 0}), "HeatMap: the scale runs from 1 to 0: must not fall", Error);
}
