#include "compare.h"

using namespace qkv;

TEST_CASE("Shape: sizes, count and text") {
  Shape none, row{5}, box{2, 3, 4};
  CHECK(none.rank() == 0);
  CHECK(none.count() == 1);
  CHECK(none.text() == "()");
  CHECK(row.text() == "(5,)");
  CHECK(printed(box) == "(2, 3, 4)");
  CHECK(box.count() == 24);
  CHECK(Shape{2, 0, 4}.count() == 0);
  CHECK(box[0] == 2);
  CHECK(box[-1] == 4);
  CHECK(box[-3] == 2);
  CHECK(box.back() == 4);
  box[-2] = 7;
  CHECK(box == Shape{2, 7, 4});
  CHECK(box != Shape{2, 7});
  CHECK(Shape{2} != Shape{2, 1});
  CHECK(Shape(std::vector<Index>{1, 2}) == Shape{1, 2});
}

TEST_CASE("Shape: axes added, dropped and taken apart") {
  Shape shape{2, 3, 4};
  CHECK(shape.with(0, 9) == Shape{9, 2, 3, 4});
  CHECK(shape.with(2, 9) == Shape{2, 3, 9, 4});
  CHECK(shape.with(3, 9) == Shape{2, 3, 4, 9});
  CHECK(Shape{}.with(0, 1) == Shape{1});
  CHECK(shape.without(1) == Shape{2, 4});
  CHECK(shape.part(0, 0) == Shape{});
  CHECK(shape.part(1, 3) == Shape{3, 4});
  shape.push_back(5);
  CHECK(shape == Shape{2, 3, 4, 5});
  CHECK(shape.position(-4, "f") == 0);
  CHECK(shape.position(3, "f") == 3);
}

TEST_CASE("Shape: messages") {
  Shape shape{2, 3};
  CHECK_THROWS_WITH_AS(shape[2], "shape: axis 2 of (2, 3): must be from -2 to 1", Error);
  CHECK_THROWS_WITH_AS(shape[-3], "shape: axis -3 of (2, 3): must be from -2 to 1", Error);
  CHECK_THROWS_WITH_AS(shape.position(5, "softmax"), "softmax: axis 5 of (2, 3): must be from -2 to 1", Error);
  CHECK_THROWS_WITH_AS(Shape{}.position(0, "sum"), "sum: axis 0 of (): a single number has no axes", Error);
  CHECK_THROWS_WITH_AS(shape.with(3, 1), "shape: no place 3 for a new axis in (2, 3)", Error);
  Shape full{1, 1, 1, 1, 1, 1, 1, 1};
  CHECK_THROWS_WITH_AS(full.push_back(1), "shape: more than 8 axes", Error);
  CHECK_THROWS_WITH_AS(Shape(std::vector<Index>(9, 1)), "shape: more than 8 axes", Error);
  // A product that wraps around must not pass for a small one.
  Index large = Index{1} << 32;
  CHECK_THROWS_WITH_AS((Shape{large, large}.count()), "shape: (4294967296, 4294967296) holds more numbers than any memory", Error);
}

TEST_CASE("broadcast_shape: NumPy's rule") {
  auto both = [](const Shape& a, const Shape& b) {
    CHECK(broadcast_shape(a, b, "f") == broadcast_shape(b, a, "f"));
    return broadcast_shape(a, b, "f");
  };
  CHECK(both({2, 3}, {2, 3}) == Shape{2, 3});
  CHECK(both({3, 1, 5}, {4, 1}) == Shape{3, 4, 5});
  CHECK(both({2, 3, 4}, {}) == Shape{2, 3, 4});
  CHECK(both({2, 1, 4}, {2, 3, 4}) == Shape{2, 3, 4});
  CHECK(both({1}, {0}) == Shape{0});
  CHECK(both({2, 1}, {0}) == Shape{2, 0});
  CHECK_THROWS_WITH_AS(broadcast_shape({2, 3}, {2}, "add"),
                       "add: (2, 3) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1", Error);
  CHECK_THROWS_WITH_AS(broadcast_shape({4}, {5, 3}, "add"),
                       "add: (4,) with (5, 3): sizes 4 and 3 do not match; counted from the last axis they must be equal or 1", Error);
  CHECK_THROWS_AS(broadcast_shape({0}, {2}, "add"), Error);
}
