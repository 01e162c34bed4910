#include "compare.h"

#include <qkv/tensor/indices.h>

using namespace qkv;

TEST_CASE("Nested: the shape that braces spell") {
  CHECK(Nested(3).shape("f") == Shape{});
  CHECK(Nested({1, 2, 3}).shape("f") == Shape{3});
  CHECK(Nested({{1, 2, 3}, {4, 5, 6}}).shape("f") == Shape{2, 3});
  CHECK(Nested({{{1, 2}}, {{3, 4}}, {{5, 6}}}).shape("f") == Shape{3, 1, 2});
  CHECK((Nested({{1, 2, 3}, {4, 5, 6}}).numbers() == std::vector<double>{1, 2, 3, 4, 5, 6}));
}

TEST_CASE("Nested: single rows keep their braces") {
  CHECK(tensor({1}).shape() == Shape{1});
  CHECK(tensor({{1}}).shape() == Shape{1, 1});
  CHECK(tensor({{1, 2}}).shape() == Shape{1, 2});
  CHECK(tensor({{{1, 2}}}).shape() == Shape{1, 1, 2});
  CHECK(tensor({{1}, {2}}).shape() == Shape{2, 1});
  CHECK(tensor({}).shape() == Shape{0});
}

TEST_CASE("Nested: messages") {
  CHECK_THROWS_WITH_AS(tensor({{1, 2}, {3}}), "tensor: entry 0 has shape (2,), entry 1 has (1,): all must agree", Error);
  CHECK_THROWS_WITH_AS(tensor({{1, 2}, 3}), "tensor: entry 0 has shape (2,), entry 1 has (): all must agree", Error);
  CHECK_THROWS_WITH_AS(Indices({{1}, {1, 2}}), "indices: entry 0 has shape (1,), entry 1 has (2,): all must agree", Error);
  CHECK_THROWS_WITH_AS(Mask({{1}, {1, 0}}), "mask: entry 0 has shape (1,), entry 1 has (2,): all must agree", Error);
}
