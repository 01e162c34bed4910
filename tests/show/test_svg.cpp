#include <doctest/doctest.h>
#include <qkv/ostream.h>
#include <qkv/show/display.h>
#include <qkv/show/svg.h>

#include <iostream>
#include <sstream>

using namespace qkv;
using namespace qkv::show;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("svg: every stroke, in order, and letters stay letters") {
  Canvas canvas(30, 20);
  canvas.rectangle(1, 2, 3, 4, {255, 0, 16});
  canvas.line({0, 0.25}, {10, 5}, 2, ink);
  canvas.polygon({{0, 0}, {5, 0}, {5, 5}}, grey);
  canvas.text(2, 3, "吃 < \"&\"", ink, Align::right, true);
  canvas.text_upwards(4, 19, "up", grey);
  CHECK(canvas.svg() ==
        R"svg(<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20" viewBox="0 0 30 20" font-family="sans-serif" font-size="16">
<rect x="0" y="0" width="30" height="20" fill="#ffffff"/>
<rect x="1" y="2" width="3" height="4" fill="#ff0010"/>
<path d="M0 0.3L10 5" stroke="#222222" stroke-width="2" stroke-linecap="round"/>
<polygon points="0,0 5,0 5,5" fill="#6e6e6e"/>
<text x="2" y="18" fill="#222222" text-anchor="end" font-weight="bold">吃 &lt; &quot;&amp;&quot;</text>
<text transform="translate(19 19) rotate(-90)" fill="#6e6e6e">up</text>
</svg>
)svg");
}

TEST_CASE("svg: a grid holds its pictures, moved") {
  Canvas one(10, 10), all = grid({one, one}, 2);
  CHECK(count(all.svg(), "<g transform=\"translate(") == 2);
  CHECK(count(all.svg(), "</g>") == 2);
}

TEST_CASE("display: a picture for a page, text elsewhere") {
  HeatMap map{tensor({{0.25, 0.75}}), {"吃"}, {"a", "b"}, "T"};
  Shown heat = shown(map);
  CHECK(heat.mime == "image/svg+xml");
  CHECK(count(heat.picture, ">0.75</text>") == 2);  // the cell and the scale
  CHECK(count(heat.picture, ">吃</text>") == 1);
  CHECK(heat.text.find("0.75") != std::string::npos);
  Shown line = shown(LineChart{"T", "x", "y", {{"a", {1, 2}, {3, 4}}}});
  CHECK(count(line.picture, "<path") >= 1);

  Shown table = shown(Table({"name", "n"}).add_row({"<a>", "1.5"}));
  CHECK(table.mime == "text/html");
  CHECK(count(table.picture, "<tr>") == 2);
  CHECK(count(table.picture, "&lt;a&gt;") == 1);
  CHECK(count(table.picture, "text-align: right") == 2);

  std::ostringstream captured;
  std::streambuf* before = std::cout.rdbuf(captured.rdbuf());
  display(map);
  std::cout.rdbuf(before);
  CHECK(captured.str() == heat.text);
}

TEST_CASE("print: what has no header of its own to be printed in") {
  auto text = [](const auto& x) {
    std::ostringstream out;
    out << x;
    return out.str();
  };
  CHECK(text(Attended{tensor({1, 2}), Tensor()}) == "Attended\n  output (2,)\n[1, 2]\n  weights: none");
  CHECK(text(nn::TransformerOptions()) ==
        "TransformerOptions\n  dropout: 0\n  activation: relu\n  norm_first: no\n  batch_first: yes\n  eps: 1e-05");
  CHECK(text(nn::MultiheadMasks()) == "MultiheadMasks\n  key_padding: none\n  attn: none\n  need_weights: yes\n  average_weights: yes");
  CHECK(text(Reduction::none) == "none");
  CHECK(text(Canvas(3, 4)) == "a picture, 3 x 4\n");
  CHECK(text(Series{"a", {1}, {2}}) == "Series 'a', 1 points: (1, 2)");
}
