#include "svg.h"

#include <doctest/doctest.h>
#include <qkv/show/graph_picture.h>
#include <qkv/tensor/error.h>

using namespace qkv;
using namespace qkv::show;

namespace {

/// Where the curve or head of an arrow begins and ends: the first and last two numbers of its path.
struct Course {
  Point from, to;
};
Course course(const Element& path) {
  std::vector<double> numbers;
  const std::string text = path.attributes.at("d");
  for (std::size_t at = 0; at < text.size();) {
    if (std::isalpha(static_cast<unsigned char>(text[at])) || text[at] == ' ') ++at;
    else {
      std::size_t read = 0;
      numbers.push_back(std::stod(text.substr(at), &read));
      at += read;
    }
  }
  REQUIRE(numbers.size() >= 4);
  return {{numbers[0], numbers[1]}, {numbers[numbers.size() - 2], numbers.back()}};
}

Elements lines_of_arrows(const Elements& all) { return with(named(all, "path"), "fill", "none"); }

/// The outlines of the boxes.
Elements boxes(const Elements& all) {
  Elements found;
  for (const Element& element : with(named(all, "rect"), "rx", "6"))
    if (element.attributes.at("fill") == "#ffffff") found.push_back(element);
  return found;
}

}  // namespace

TEST_CASE("graph: boxes, circles and arrows from left to right") {
  const Elements all =
      parsed(graph_picture({{"a", "2.0", "-3.0"}, {"b", "-3.0", "2.0"}, {"c", "-6.0", "1.0", "×", {0, 1}}}, "积 a < b").svg());
  CHECK(named(all, "title")[0].text == "积 a < b");
  CHECK(boxes(all).size() == 3);
  CHECK(named(all, "circle").size() == 1);
  CHECK(lines_of_arrows(all).size() == 3);
  const Element circle = named(all, "circle")[0];
  CHECK(saying(all, "×").x() == circle.number("cx"));
  CHECK(saying(all, "a").x() == saying(all, "b").x());
  CHECK(saying(all, "a").x() < circle.number("cx"));
  CHECK(circle.number("cx") < saying(all, "c").x());
  CHECK(saying(all, "a").y() < saying(all, "b").y());
  saying(all, "-6.0");
  const Element one = saying(all, "1.0");
  CHECK(one.attributes.at("fill") == "#be3c14");  // a gradient
  CHECK(one.y() > saying(all, "-6.0").y());
  // 2.0 is the value of a, and below it the gradient of b.
  Elements twos;
  for (const Element& element : named(all, "text"))
    if (element.text == "2.0") twos.push_back(element);
  REQUIRE(twos.size() == 2);
  CHECK(twos[0].attributes.count("fill") == 0);
  CHECK(twos[0].y() < saying(all, "b").y());
  CHECK(twos[1].attributes.at("fill") == "#be3c14");
  CHECK(twos[1].y() > saying(all, "b").y());
  // The product is level with its operation, and the operation between its two factors.
  const Elements box = boxes(all);
  auto middle = [](const Element& e) { return e.y() + e.number("height") / 2; };
  CHECK(middle(box[2]) == doctest::Approx(circle.number("cy")).epsilon(0.01));
  CHECK(circle.number("cy") == doctest::Approx((middle(box[0]) + middle(box[1])) / 2).epsilon(0.01));
}

TEST_CASE("graph: what is used twice has two arrows; a long arrow passes between the boxes") {
  std::vector<GraphNode> nodes{{"x", "1", ""}, {"y", "1", "", "×", {0, 0}}, {"z", "1", "", "tanh", {1}}, {"r", "2", "", "+", {2, 0}}};
  const Elements all = parsed(graph_picture(nodes).svg());
  const Elements arrows = lines_of_arrows(all);
  CHECK(arrows.size() == 2 + 1 + 1 + 1 + 2 + 1);
  CHECK(named(all, "circle").size() == 2);                  // × and +
  CHECK(with(named(all, "rect"), "rx", "15").size() == 1);  // tanh is wider than a circle
  const Elements box = boxes(all);
  REQUIRE(box.size() == 4);
  for (const Element& arrow : arrows) {
    const Course each = course(arrow);
    CHECK(each.from.x < each.to.x);
  }
  // The arrow from x to + keeps off the boxes of y and z: on their way it is straight, above or below them.
  bool found = false;
  for (const Element& arrow : arrows) {
    const Course each = course(arrow);
    if (each.to.x - each.from.x < box[2].x() - box[0].x()) continue;
    found = true;
    const std::string text = arrow.attributes.at("d");
    std::vector<Point> stations;
    for (std::size_t at = text.find('C'); at != std::string::npos; at = text.find('C', at + 1)) {
      double n[6];
      REQUIRE(std::sscanf(text.c_str() + at, "C%lf %lf %lf %lf %lf %lf", n, n + 1, n + 2, n + 3, n + 4, n + 5) == 6);
      stations.push_back({n[4], n[5]});
    }
    for (std::size_t which : {1u, 2u})
      for (Point p : stations)
        if (p.x >= box[which].x() && p.x <= box[which].x() + box[which].number("width"))
          CHECK((p.y < box[which].y() || p.y > box[which].y() + box[which].number("height")));
  }
  CHECK(found);
}

TEST_CASE("graph: no box lies on another, whatever the graph") {
  std::vector<GraphNode> nodes;
  for (int i = 0; i < 6; ++i) nodes.push_back({"input " + std::to_string(i), "0.5000", "-0.2500"});
  for (std::size_t i = 0; i < 20; ++i)
    nodes.push_back({"h" + std::to_string(i), "1.0000", i % 3 ? "2.0000" : "", "+", {i, (7 * i) % (i + 6)}});
  const Picture picture = graph_picture(nodes);
  const Elements box = boxes(parsed(picture.svg()));
  REQUIRE(box.size() == nodes.size());
  for (std::size_t i = 0; i < box.size(); ++i) {
    CHECK(box[i].x() >= 0);
    CHECK(box[i].y() >= 0);
    CHECK(box[i].x() + box[i].number("width") <= picture.width());
    CHECK(box[i].y() + box[i].number("height") <= picture.height());
    for (std::size_t j = 0; j < i; ++j)
      CHECK((box[i].x() + box[i].number("width") < box[j].x() || box[j].x() + box[j].number("width") < box[i].x() ||
             box[i].y() + box[i].number("height") < box[j].y() || box[j].y() + box[j].number("height") < box[i].y()));
  }
  CHECK(graph_picture(nodes).svg() == picture.svg());
}

TEST_CASE("graph: one node alone, and what was given stands before its first use") {
  CHECK(boxes(parsed(graph_picture({{"我", "", ""}}).svg())).size() == 1);
  const Elements all = parsed(graph_picture({{"x", "1", ""}, {"y", "1", "", "-", {0}}, {"v", "3", ""}, {"z", "3", "", "×", {1, 2}}}).svg());
  CHECK(saying(all, "v").x() == saying(all, "y").x());
}
