#include "svg.h"

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
std::string hex(Colour colour) {
  std::ostringstream out;
  out << colour;
  return out.str();
}
/// The cells of a drawn map, row after row, without the background and the scale.
Elements cells(const Elements& all, const std::string& side) { return with(with(named(all, "rect"), "width", side), "height", side); }
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

TEST_CASE("a drawn cell has the colour of the scale, and its number in a colour that reads on it") {
  const Elements all = parsed(draw(HeatMap{tensor({{0, 0.5}, {1, 0.25}}), {}, {}, ""}).svg()), drawn = cells(all, "51");
  REQUIRE(drawn.size() == 4);
  const double values[] = {0, 0.5, 1, 0.25};
  for (std::size_t i = 0; i < 4; ++i) CHECK(drawn[i].attributes.at("fill") == hex(sequential(values[i])));
  CHECK(saying(all, "0.25").attributes.at("fill") == "#ffffff");
  CHECK(saying(all, "0.50").attributes.at("fill") == hex(readable_on(sequential(0.5))));

  const Elements signs = cells(parsed(draw(HeatMap{tensor({{-2, 1, 0, NAN}}), {}, {}, ""}).svg()), "51");
  REQUIRE(signs.size() == 4);
  const double fractions[] = {-1, 0.5, 0};
  for (std::size_t i = 0; i < 3; ++i) CHECK(signs[i].attributes.at("fill") == hex(diverging(fractions[i])));
  CHECK(signs[3].attributes.at("fill") == "#a0a0a0");
  HeatMap compared{tensor({{0.5}}), {}, {}, "", 0, 1};
  CHECK(cells(parsed(draw(compared).svg()), "51")[0].attributes.at("fill") == hex(sequential(0.5)));
}

TEST_CASE("a drawn map: each cell and its number where its row and column meet, under Chinese labels") {
  HeatMap map{tensor({{0.1, 0.2, 0.3}, {0.4, 0.5, 0.6}}), {"我", "喜欢"}, {"吃", "苹果", "<&>"}, "行看列"};
  const Picture picture = draw(map);
  const Elements all = parsed(picture.svg()), drawn = cells(all, "51");
  REQUIRE(drawn.size() == 6);
  CHECK(named(all, "title")[0].text == "行看列");
  CHECK(picture.title() == "行看列");
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      const Element &cell = drawn[3 * i + j], row = saying(all, map.rows[i]), column = saying(all, map.columns[j]);
      CHECK(cell.x() == drawn[0].x() + 52 * static_cast<double>(j));
      CHECK(cell.y() == drawn[0].y() + 52 * static_cast<double>(i));
      CHECK(row.attributes.at("text-anchor") == "end");
      CHECK(row.x() < cell.x());
      CHECK(row.y() > cell.y());
      CHECK(row.y() < cell.y() + 51);
      CHECK(column.attributes.at("text-anchor") == "middle");
      CHECK(column.x() == cell.x() + 25.5);
      CHECK(column.y() < drawn[0].y());
    }
  const Element number = saying(all, "0.50");
  CHECK(number.x() == drawn[4].x() + 25.5);
  CHECK(number.y() > drawn[4].y());
  CHECK(number.y() < drawn[4].y() + 51);
  // The labels at the left have room.
  CHECK(saying(all, "喜欢").x() >= text_width("喜欢"));
}

TEST_CASE("a drawn map: long labels stand upwards, small cells have neither numbers nor all labels nor gaps") {
  const Elements words = parsed(draw(HeatMap{zeros({1, 2}), {}, {"attention", "注意力机制"}, ""}).svg());
  for (const char* label : {"attention", "注意力机制"})
    CHECK(saying(words, label).attributes.at("transform").find("rotate(-90)") != std::string::npos);

  const Elements many = parsed(draw(HeatMap{full({80, 80}, 0.25f), {}, {}, ""}).svg());
  const Elements drawn = with(named(many, "rect"), "fill", hex(sequential(1)));
  CHECK(drawn.size() == 80 * 80 + 1);  // and the top of the scale
  CHECK(drawn[1].x() == drawn[0].x() + 7);
  CHECK(drawn[0].x() + drawn[0].number("width") >= drawn[1].x());
  CHECK(drawn[80].y() == drawn[0].y() + 7);
  CHECK(named(many, "text").size() == 27 + 27 + 2);  // every third, and the ends of the scale
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

TEST_CASE("the pixels of a map are its cells' colours") {
  const HeatMap map{tensor({{0, 1}, {0.5, NAN}}), {}, {}, ""};
  const Tensor all = pixels(map, 3);
  REQUIRE(all.shape() == Shape{6, 6, 3});
  auto at = [&](Index y, Index x) {
    return Colour{static_cast<std::uint8_t>(std::lround(255 * all.at({y, x, 0}))),
                  static_cast<std::uint8_t>(std::lround(255 * all.at({y, x, 1}))),
                  static_cast<std::uint8_t>(std::lround(255 * all.at({y, x, 2})))};
  };
  CHECK(hex(at(0, 0)) == hex(sequential(0)));
  CHECK(hex(at(2, 2)) == hex(sequential(0)));
  CHECK(hex(at(0, 3)) == hex(sequential(1)));
  CHECK(hex(at(5, 2)) == hex(sequential(0.5)));
  CHECK(hex(at(5, 5)) == "#a0a0a0");  // no number
  CHECK(pixels(map).shape() == Shape{32, 32, 3});
}
