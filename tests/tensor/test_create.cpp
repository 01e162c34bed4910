#include "compare.h"

using namespace qkv;

TEST_CASE("create: filled tensors") {
  CHECK_CLOSE(zeros({2, 1}), tensor({{0}, {0}}), 0);
  CHECK_CLOSE(ones({2}), tensor({1, 1}), 0);
  CHECK_CLOSE(full({}, 2.5), Tensor(2.5), 0);
  CHECK_CLOSE(eye(3), tensor({{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}), 0);
  CHECK_CLOSE(arange(4), tensor({0, 1, 2, 3}), 0);
  CHECK_CLOSE(arange(1, -0.5, -0.5), tensor({1, 0.5, 0}), 0);
  CHECK(arange(0).shape() == Shape{0});
  CHECK(eye(0).shape() == Shape{0, 0});
  CHECK(zeros({0, 3}).size() == 0);
  CHECK_CLOSE(tensor({2, 2}, {1, 2, 3, 4}), tensor({{1, 2}, {3, 4}}), 0);
  CHECK(!ones({2}).requires_grad());
  Tensor x = tensor({{1, 2}}).requires_grad(true);
  CHECK_CLOSE(zeros_like(x), tensor({{0, 0}}), 0);
  CHECK_CLOSE(ones_like(x), tensor({{1, 1}}), 0);
  CHECK(!ones_like(x).requires_grad());
  CHECK(zeros_like(zeros({0, 3})).shape() == Shape{0, 3});
}

TEST_CASE("create: linspace holds both ends") {
  CHECK_CLOSE(linspace(0, 1, 5), tensor({0, 0.25, 0.5, 0.75, 1}), 0);
  CHECK_CLOSE(linspace(3, -3, 3), tensor({3, 0, -3}), 0);
  CHECK_CLOSE(linspace(2, 9, 1), tensor({2}), 0);
  CHECK(linspace(2, 9, 0).shape() == Shape{0});
  CHECK(linspace(0.1, 0.7, 1000).at({999}) == static_cast<Scalar>(0.7));
}

TEST_CASE("create: random tensors are filled in reading order") {
  Rng a(1), b(1);
  Tensor uniform = rand({2, 3}, a, -1, 1), normal = randn({3}, a, 5, 2);
  for (Index i = 0; i < 6; ++i) CHECK(uniform.data()[i] == static_cast<Scalar>(b.uniform(-1, 1)));
  for (Index i = 0; i < 3; ++i) CHECK(normal.data()[i] == static_cast<Scalar>(b.normal(5, 2)));
}

TEST_CASE("create: one_hot") {
  CHECK_CLOSE(one_hot(Indices{2, 0}, 3), tensor({{0, 0, 1}, {1, 0, 0}}), 0);
  CHECK_CLOSE(one_hot(Indices{{1}, {0}}, 2), tensor({{{0, 1}}, {{1, 0}}}), 0);
  CHECK_THROWS_WITH_AS(one_hot(Indices{0, 3}, 3), "one_hot: index 3: must be from 0 to 2", Error);
  CHECK_THROWS_WITH_AS(one_hot(Indices{-1}, 3), "one_hot: index -1: must be from 0 to 2", Error);
}

TEST_CASE("create: argmax takes the first of equal numbers, along any axis") {
  Tensor x = tensor({{1, 5, 5}, {7, 2, 3}});
  CHECK(printed(argmax(x)) == "[1, 0]");
  CHECK(printed(argmax(x, 0)) == "[1, 0, 0]");
  CHECK(printed(argmax(x, -2)) == "[1, 0, 0]");
  CHECK(argmax(zeros({2, 3, 4}), 1).shape == Shape{2, 4});
  CHECK(argmax(zeros({0, 3}), 1).shape == Shape{0});
  CHECK_THROWS_WITH_AS(argmax(x, 2), "argmax: axis 2 of (2, 3): must be from -2 to 1", Error);
  CHECK_THROWS_WITH_AS(argmax(zeros({2, 0})), "argmax: axis 1 of (2, 0) is empty", Error);
  CHECK_THROWS_WITH_AS(argmax(Tensor(1)), "argmax: axis -1 of (): a single number has no axes", Error);
}

TEST_CASE("create: argmax takes the first NaN for the largest, as max does") {
  const double nan = not_a_number;
  CHECK(argmax(tensor({{1, nan, 2}, {nan, 3, nan}, {1, 2, 3}})).values == std::vector<Index>{1, 0, 2});
}

TEST_CASE("create: messages") {
  CHECK_THROWS_WITH_AS(zeros({2, -1}), "zeros: shape (2, -1): sizes must not be negative", Error);
  CHECK_THROWS_WITH_AS(arange(-1), "arange: from 0 to -1 by 1: must be finite, and lead there", Error);
  CHECK_THROWS_WITH_AS(tensor({2, 2}, {1, 2, 3}), "tensor: shape (2, 2) holds 4 numbers, got 3", Error);
  CHECK_THROWS_WITH_AS(tensor({-1, -1}, {1}), "tensor: shape (-1, -1): sizes must not be negative", Error);
  Index large = Index{1} << 61;
  CHECK_THROWS_AS(zeros({large}), Error);
  CHECK_THROWS_AS(ones({Index{1} << 47}), Error);
}
