#include <doctest/doctest.h>
#include <qkv/ops/shape.h>
#include <qkv/ostream.h>
#include <qkv/show/display.h>

#include <iostream>
#include <limits>
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

TEST_CASE("display: a picture for a page, text elsewhere") {
  HeatMap map{tensor({{0.25, 0.75}}), {"吃"}, {"a", "b"}, "T"};
  Shown heat = shown(map);
  CHECK(heat.mime == "image/svg+xml");
  CHECK(count(heat.picture, ">0.75</text>") == 2);  // the cell and the scale
  CHECK(count(heat.picture, ">吃</text>") == 1);
  CHECK(heat.text.find("0.75") != std::string::npos);
  Shown line = shown(LineChart{"T", "x", "y", {{"a", {1, 2}, {3, 4}}}});
  CHECK(count(line.picture, "<polyline") == 1);

  Picture drawn(10, 20);
  drawn.text({1, 2}, "苹果");
  CHECK(shown(drawn).picture == drawn.svg());
  CHECK(shown(drawn).text == "a picture, 10 x 20\n");

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

TEST_CASE("display: a tensor's numbers on their colours") {
  Shown matrix = shown(tensor({{0, 0.5}, {1, -1}}));
  CHECK(matrix.mime == "text/html");
  CHECK(matrix.text == "Tensor (2, 2)\n[[ 0.0000,  0.5000],\n [ 1.0000, -1.0000]]\n");
  CHECK(count(matrix.picture, "<td") == 4);
  CHECK(count(matrix.picture, ">0.5000</td>") == 1);
  CHECK(count(matrix.picture, "background: #") == 4);
  CHECK(count(shown(tensor({1, 2, 3})).picture, ">2</td>") == 1);  // no decimals where there are none
  CHECK(count(shown(Tensor(2.5)).picture, ">2.5000</td>") == 1);
  CHECK(count(shown(tensor({1, std::numeric_limits<double>::quiet_NaN()})).picture, ">nan</td>") == 1);
  CHECK(count(shown(zeros({12, 12})).picture, "<td") == 144);
  CHECK(shown(Tensor()).text == "Tensor: none\n");
}

TEST_CASE("display: a large tensor in one line") {
  Shown large = shown(reshape(arange(30), {2, 3, 5}));
  CHECK(large.mime == "text/html");
  CHECK(large.text.find("(2, 3, 5)") != std::string::npos);
  CHECK(large.text.find("14.5000") != std::string::npos);  // the mean
  CHECK(large.text.find("8.6554") != std::string::npos);   // the deviation
  CHECK(shown(zeros({13, 1})).text.find("13") != std::string::npos);
  CHECK(shown(zeros({0, 3})).text.find("(0, 3)") != std::string::npos);
}

TEST_CASE("display: masks, indices, attention, and what is only printed") {
  CHECK(count(shown(causal_mask(3, 3)).picture, ">1</td>") == 3);
  CHECK(count(shown(Indices{{3, 1}, {0, 2}}).picture, "<td") == 4);
  CHECK(shown(causal_mask(20, 20)).mime == "");
  Shown attended = shown(Attended{tensor({{1, 2}}), tensor({{0.5, 0.5}})});
  CHECK(count(attended.picture, "<table>") == 2);
  CHECK(attended.text.find("weights (1, 2)") != std::string::npos);
  CHECK(count(shown(Attended{tensor({{1, 2}}), Tensor()}).picture, "<table>") == 1);
  CHECK(shown(Shape{2, 3}).text == "(2, 3)");
  CHECK(shown(std::string("a")).mime == "");
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
  CHECK(text(Picture(3, 4)) == "a picture, 3 x 4\n");
  CHECK(text(Series{"a", {1}, {2}}) == "Series 'a', 1 points: (1, 2)");
  CHECK(text(Series{"a", {1}, {2}, {1.5}, {3}, true}) == "Series 'a', 1 points: (1, 2) in [1.5, 3]");
  CHECK(text(Pen{grey, 2, true}) == "a dashed pen of 2, #6e6e6e");
  CHECK(text(Fill(white, 0.5)) == "filled with #ffffff, opacity 0.5");
  CHECK(text(Font{Align::centre, ink, 12, true}) == "a font of 12, #222222, centre, bold");
  CHECK(text(GraphNode{"c", "6", "1", "×", {0, 1}}) == "c = 6, gradient 1, × of 0 1");
}
