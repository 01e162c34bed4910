#include "svg.h"

#include <doctest/doctest.h>
#include <qkv/show/picture.h>
#include <qkv/tensor/error.h>

#include <unistd.h>

#include <clocale>
#include <filesystem>
#include <fstream>
#include <locale>
#include <sstream>

using namespace qkv;
using namespace qkv::show;

TEST_CASE("picture: every stroke is an element, in order, with its places to a tenth") {
  Picture picture(30, 20.25, "A <title>");
  picture.rectangle({1, 2}, 3, 4, Colour{255, 0, 16});
  picture.rectangle({1, 2}, 3, 4, {white, 0.25}, {grey, 1.25, true}, 2);
  picture.circle({-0.04, 5}, 2.5, ink);
  picture.line({0, 0.25}, {10, 5}, {ink, 2});
  picture.polygon({{0, 0}, {5, 0}, {5, 5}}, grey);
  picture.polyline({{0, 0}, {5, -1.28}});
  picture.text({2, 3}, "吃 < \"&\"", {Align::right, grey, 20, true});
  picture.text({4, 19}, "up", {Align::left, ink, 14, false, true});
  const std::string svg = picture.svg();
  CHECK(svg.substr(svg.find('\n') + 1) ==
        R"svg(<title>A &lt;title&gt;</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<rect x="1" y="2" width="3" height="4" fill="#ff0010"/>
<rect x="1" y="2" width="3" height="4" rx="2" fill="#ffffff" fill-opacity="25%" stroke="#6e6e6e" stroke-width="1.3" stroke-dasharray="5 3.8"/>
<circle cx="0" cy="5" r="2.5" fill="#222222"/>
<line x1="0" y1="0.3" x2="10" y2="5" stroke="#222222" stroke-width="2"/>
<polygon points="0,0 5,0 5,5" fill="#6e6e6e"/>
<polyline points="0,0 5,-1.3" fill="none" stroke="#222222" stroke-width="1.5" stroke-linejoin="round"/>
<text x="2" y="10" fill="#6e6e6e" font-size="20" text-anchor="end" font-weight="bold">吃 &lt; &quot;&amp;&quot;</text>
<text transform="translate(8.9 19) rotate(-90)">up</text>
</svg>
)svg");
  const Element root = parsed(svg)[0];
  CHECK(root.name == "svg");
  CHECK(root.attributes.at("role") == "img");
  CHECK(root.attributes.at("viewBox") == "0 0 30 20.3");
  CHECK(root.attributes.at("xmlns") == "http://www.w3.org/2000/svg");
  CHECK(root.attributes.at("font-family").find("sans-serif") != std::string::npos);
  CHECK(picture.svg() == svg);  // and the same again
}

TEST_CASE("picture: numbers are written alike in every locale") {
  struct Grouping : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };
  auto drawn = [] {
    Picture picture(5000, 20);
    picture.line({1234.56, 0}, {-4321.5, 1e6}, {Colour{1, 2, 200}, 0.5});
    return picture.svg();
  };
  const std::string before = drawn();
  const std::locale classic = std::locale::global(std::locale(std::locale(), new Grouping));
  const std::string other = drawn();
  std::locale::global(classic);
  CHECK(other == before);
  CHECK(before.find(R"(x1="1234.6" y1="0" x2="-4321.5" y2="1000000")") != std::string::npos);
}

TEST_CASE("picture: an arrow is a line and a head that ends at the tip") {
  Picture picture(100, 100);
  picture.arrow({10, 50}, {60, 50}, {ink, 2});
  Elements paths = named(parsed(picture.svg()), "path");
  REQUIRE(paths.size() == 2);
  CHECK(paths[0].attributes.at("d") == "M10 50L51 50");
  CHECK(paths[1].attributes.at("d") == "M51 53.6L60 50L51 46.4Z");

  Picture curved(100, 100);
  curved.curved_arrow({{10, 20}, {50, 40}, {90, 80}}, {ink, 2});
  paths = named(parsed(curved.svg()), "path");
  REQUIRE(paths.size() == 2);
  CHECK(paths[0].attributes.at("d") == "M10 20C30 20 30 40 50 40C65.5 40 65.5 80 81 80");
  CHECK(paths[1].attributes.at("d") == "M81 83.6L90 80L81 76.4Z");

  Picture nowhere(10, 10);
  nowhere.arrow({5, 5}, {5, 5});
  CHECK(named(parsed(nowhere.svg()), "path").empty());
}

TEST_CASE("picture: what XML does not know becomes ?") {
  CHECK(escaped("a<b>&\"c\"") == "a&lt;b&gt;&amp;&quot;c&quot;");
  CHECK(escaped("bell\a, null" + std::string(1, '\0') + ", line\n") == "bell?, null?, line\n");
  CHECK(escaped("\xff \xc3(") == "? ?(");
  CHECK(escaped("\xed\xa0\x80") == "???");       // half of a pair
  CHECK(escaped("\xe0\x80\x80") == "???");       // a null in three bytes
  CHECK(escaped("\xf4\x90\x80\x80") == "????");  // beyond the last character
  CHECK(escaped("\xef\xbf\xbf") == "?");
  CHECK(escaped("注意力 α 😀") == "注意力 α 😀");
}

TEST_CASE("picture: estimated widths of text") {
  CHECK(text_width("") == 0);
  CHECK(text_width("注意力") == 3 * 14);
  CHECK(text_width("注意力", {Align::left, ink, 20}) == 3 * 20);
  CHECK(text_width("0123456789") == doctest::Approx(10 * 0.6 * 14));
  CHECK(text_width("iii") < text_width("nnn"));
  CHECK(text_width("nnn") < text_width("MMM"));
  CHECK(text_width("e\xcc\x81") == text_width("e"));  // an accent takes no room of its own
  // As DejaVu Sans, the widest of the usual fonts, has it:
  CHECK(text_width("abc", {Align::left, ink, 14, true}) == doctest::Approx(1.17 * text_width("abc")));
  CHECK(text_width("a我") == doctest::Approx(text_width("a") + text_width("我")));
}

TEST_CASE("picture: pasted pictures are moved, groups in groups too") {
  Picture one(10, 10, "one");
  one.rectangle({1, 2}, 3, 4, grey);
  Picture two(20, 20);
  two.paste(one, {5, 5.5});
  Picture three(50, 50);
  three.paste(two, {10, 10});
  three.paste(one, {0, 0});
  const Elements all = parsed(three.svg()), grey_ones = with(all, "fill", "#6e6e6e");
  REQUIRE(grey_ones.size() == 2);
  CHECK(grey_ones[0].x() == 16);
  CHECK(grey_ones[0].y() == 17.5);
  CHECK(grey_ones[1].x() == 1);
  CHECK(named(all, "title").empty());  // `three` has none, and those of its parts are not drawn

  Picture self(10, 10);
  self.rectangle({0, 0}, 1, 1, grey);
  self.paste(self, {2, 2});
  CHECK(with(parsed(self.svg()), "fill", "#6e6e6e").size() == 2);
}

TEST_CASE("grid puts pictures side by side") {
  Picture low(10, 10, "low"), tall(20, 30, "tall");
  low.circle({5, 5}, 5, grey);
  tall.rectangle({0, 0}, 20, 30, ink);
  Picture all = grid({low, tall, low}, 2);
  CHECK(all.width() == 16 + 10 + 16 + 20 + 16);
  CHECK(all.height() == 16 + 30 + 16 + 10 + 16);
  const Elements parts = parsed(all.svg()), circles = named(parts, "circle");
  REQUIRE(circles.size() == 2);
  CHECK(circles[0].dx == 16);
  CHECK(circles[0].dy == 16);
  CHECK(circles[1].dx == 16);
  CHECK(circles[1].dy == 16 + 30 + 16);
  CHECK(with(parts, "width", "20")[0].dx == 16 + 10 + 16);
  CHECK(named(parts, "title")[0].text == "low; tall; low");

  Picture titled = grid({low}, 3, "a title");
  CHECK(titled.height() > grid({low}, 3).height());
  CHECK(titled.width() >= text_width("a title", {Align::centre, ink, 17, true}));
  CHECK(named(parsed(titled.svg()), "title")[0].text == "a title: low");
  CHECK_THROWS_WITH_AS(grid({}, 2), "grid: 0 pictures in 2 columns: needs at least one of each", Error);
}

TEST_CASE("save: the whole file, or what stood there, and a path that cannot be written is named") {
  const std::filesystem::path directory = std::filesystem::temp_directory_path() / ("qkv_picture_test_" + std::to_string(getpid()));
  std::filesystem::create_directory(directory);
  const std::string path = (directory / "picture.svg").string();
  std::ofstream(path) << "an older and much longer file" << std::string(10000, '.');
  Picture picture(7, 5, "我");
  picture.save(path);
  std::ostringstream read;
  read << std::ifstream(path).rdbuf();
  CHECK(read.str() == picture.svg());
  CHECK_THROWS_WITH_AS(picture.save("/nowhere/at/all.svg"), "Picture: /nowhere/at/all.svg: cannot write: No such file or directory", Error);
  CHECK_THROWS_AS(picture.save(directory.string()), Error);
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(directory)) files += file.path() == path ? 1 : 100;
  CHECK(files == 1);  // nothing is left behind
  std::filesystem::remove_all(directory);
}
