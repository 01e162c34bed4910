#include "compare.h"

using namespace qkv;

TEST_CASE("Tensor: shape, numbers and positions") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  CHECK(x.shape() == Shape{2, 3});
  CHECK(x.rank() == 2);
  CHECK(x.size() == 6);
  CHECK(x.size(0) == 2);
  CHECK(x.size(-1) == 3);
  CHECK(x.data()[4] == 5);
  CHECK(x.at({1, 0}) == 4);
  CHECK(x.at({-1, -3}) == 4);
  x.set({0, 2}, 9);
  CHECK(x.at({0, 2}) == 9);
  CHECK(Tensor(7).item() == 7);
  CHECK(Tensor(7).rank() == 0);
  CHECK(Tensor(7).at({}) == 7);
  CHECK(tensor({{3}}).item() == 3);
}

TEST_CASE("Tensor: a copied handle shares, a clone does not") {
  Tensor x = tensor({1, 2}), shared = x, copy = x.clone(), detached = x.detach();
  x.set({0}, 5);
  CHECK(shared.at({0}) == 5);
  CHECK(copy.at({0}) == 1);
  CHECK(detached.at({0}) == 1);
  x.copy_from(tensor({8, 9}));
  CHECK(shared.at({1}) == 9);
  CHECK(!Tensor().defined());
  CHECK(x.defined());
}

TEST_CASE("Tensor: a gradient by hand") {
  Tensor x = tensor({1, 2});
  CHECK(!x.has_grad());
  x.set_grad(tensor({3, 4}));
  CHECK_CLOSE(x.grad(), tensor({3, 4}), 0);
  x.zero_grad();
  CHECK(!x.has_grad());
}

TEST_CASE("Tensor: messages") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}}), nothing;
  CHECK_THROWS_WITH_AS(x.item(), "item: shape (2, 3) holds 6 numbers: must be a single one", Error);
  CHECK_THROWS_WITH_AS(zeros({0}).item(), "item: shape (0,) holds 0 numbers: must be a single one", Error);
  CHECK_THROWS_WITH_AS(x.at({2, 0}), "at: position (2, 0) lies outside shape (2, 3)", Error);
  CHECK_THROWS_WITH_AS(x.at({0, -4}), "at: position (0, -4) lies outside shape (2, 3)", Error);
  CHECK_THROWS_WITH_AS(x.at({1}), "at: position (1,) in shape (2, 3): needs 2 numbers", Error);
  CHECK_THROWS_WITH_AS(x.set({1, 2, 3}, 0), "set: position (1, 2, 3) in shape (2, 3): needs 2 numbers", Error);
  CHECK_THROWS_WITH_AS(x.size(2), "size: axis 2 of (2, 3): must be from -2 to 1", Error);
  CHECK_THROWS_WITH_AS(x.copy_from(zeros({3, 2})), "copy_from: shape (3, 2) into (2, 3): must be the same", Error);
  CHECK_THROWS_WITH_AS(x.set_grad(zeros({6})), "set_grad: gradient of shape (6,) for a tensor of shape (2, 3): must be the same", Error);
  CHECK_THROWS_WITH_AS(x.grad(),
                       "grad: no gradient has arrived at this tensor of shape (2, 3); set requires_grad(true) and call backward() on a "
                       "number computed from it",
                       Error);
  const char* empty = "tensor: this handle is empty: it was never given a value";
  CHECK_THROWS_WITH_AS(nothing.shape(), empty, Error);
  CHECK_THROWS_WITH_AS(nothing.data(), empty, Error);
  CHECK_THROWS_WITH_AS(nothing.mutable_data(), empty, Error);
  CHECK_THROWS_WITH_AS(nothing.requires_grad(), empty, Error);
  CHECK_THROWS_WITH_AS(nothing.requires_grad(true), empty, Error);
  CHECK_THROWS_WITH_AS(nothing.has_grad(), empty, Error);
  CHECK_THROWS_WITH_AS(nothing.zero_grad(), empty, Error);
  CHECK_THROWS_WITH_AS(nothing.backward(), empty, Error);
  CHECK_THROWS_WITH_AS(nothing.clone(), empty, Error);
  CHECK_THROWS_WITH_AS(nothing.operation(), empty, Error);
}
