#include <tensor/compare.h>

#include <qkv/ops/arithmetic.h>
#include <qkv/ops/norm.h>
#include <qkv/ops/reduce.h>

using namespace qkv;

TEST_CASE("layer_norm: by hand") {
  // mean 2, variance 2/3
  double sigma = std::sqrt(2.0 / 3 + 1e-5);
  CHECK_CLOSE(layer_norm(tensor({1, 2, 3}), {3}), tensor({-1 / sigma, 0, 1 / sigma}));
  CHECK_CLOSE(layer_norm(tensor({1, 2, 3}), {3}, tensor({1, 2, 3}), tensor({10, 20, 30})), tensor({10 - 1 / sigma, 20, 30 + 3 / sigma}));
  CHECK_CLOSE(layer_norm(tensor({{0, 4}}), {2}, Tensor(), Tensor(), 5), tensor({{-2.0 / 3, 2.0 / 3}}));
}

TEST_CASE("layer_norm: rows have mean 0 and variance 1, wherever they lay") {
  Rng rng(1);
  Tensor x = randn({4, 3, 50}, rng, 7, 3);
  Tensor y = layer_norm(x, {50}, Tensor(), Tensor(), 0);
  CHECK_CLOSE(mean(y, -1), zeros({4, 3}), 10 * rounding);
  CHECK_CLOSE(mean(y * y, -1), ones({4, 3}), 10 * rounding);
  y = layer_norm(x, {3, 50}, Tensor(), Tensor(), 0);
  CHECK_CLOSE(mean(y, {1, 2}), zeros({4}), 10 * rounding);
  CHECK_CLOSE(mean(y * y, {1, 2}), ones({4}), 10 * rounding);
  CHECK_CLOSE(layer_norm(x + 100, {50}), layer_norm(x, {50}), 1e-4);  // sees neither a shift
  CHECK_CLOSE(layer_norm(x * 8, {50}, Tensor(), Tensor(), 0), layer_norm(x, {50}, Tensor(), Tensor(), 0), 10 * rounding);  // nor a scale
}

TEST_CASE("layer_norm: equal numbers give the bias, and gradient 0") {
  Tensor x = full({2, 3}, 5).requires_grad(true), weight = ones({3}), bias = tensor({1, 2, 3});
  Tensor y = layer_norm(x, {3}, weight, bias);
  CHECK_CLOSE(y, tensor({{1, 2, 3}, {1, 2, 3}}));
  Tensor one = full({2, 1}, 5).requires_grad(true);
  layer_norm(one, {1}).backward(tensor({{1}, {2}}));
  CHECK_CLOSE(one.grad(), zeros({2, 1}));
  CHECK(layer_norm(zeros({0, 3}), {3}).shape() == Shape{0, 3});
}

TEST_CASE("layer_norm: messages") {
  Tensor x = zeros({2, 3});
  CHECK_THROWS_WITH_AS(layer_norm(x, {4}), "layer_norm: x (2, 3) over (4,): x must end in these sizes", Error);
  CHECK_THROWS_WITH_AS(layer_norm(x, {}), "layer_norm: x (2, 3) over (): x must end in these sizes", Error);
  CHECK_THROWS_WITH_AS(layer_norm(x, {1, 2, 3}), "layer_norm: x (2, 3) over (1, 2, 3): x must end in these sizes", Error);
  CHECK_THROWS_WITH_AS(layer_norm(x, {3}, ones({2})), "layer_norm: weight or bias of shape (2,): must be (3,)", Error);
  CHECK_THROWS_WITH_AS(layer_norm(x, {3}, ones({3}), ones({1, 3})), "layer_norm: weight or bias of shape (1, 3): must be (3,)", Error);
  CHECK_THROWS_WITH_AS(layer_norm(zeros({2, 0}), {0}), "layer_norm: 0 numbers to normalise, eps 1e-05: must be at least 1, and 0", Error);
  CHECK_THROWS_WITH_AS(layer_norm(x, {3}, Tensor(), Tensor(), -1), "layer_norm: 3 numbers to normalise, eps -1: must be at least 1, and 0",
                       Error);
}

TEST_CASE("dropout: drops a share p, keeps the mean, and its gradient the same places") {
  Rng rng(1);
  Tensor x = ones({200, 500}).requires_grad(true);
  Tensor y = dropout(x, 0.3, rng);
  Index dropped = 0;
  bool others = true;
  for (Index i = 0; i < y.size(); ++i) {
    dropped += y.data()[i] == 0;
    others = others && (y.data()[i] == 0 || std::abs(static_cast<double>(y.data()[i]) - 1 / 0.7) < 1e-6);
  }
  CHECK(others);
  CHECK(static_cast<double>(dropped) / 100000 == doctest::Approx(0.3).epsilon(0.03));
  CHECK(mean(y).item() == doctest::Approx(1).epsilon(0.02));
  y.backward(ones(x.shape()));
  CHECK_CLOSE(x.grad(), y.detach(), 0);  // x was 1: both are the mask
  Rng again(1);
  CHECK_CLOSE(dropout(x, 0.3, again), y, 0);
  CHECK(difference(dropout(x, 0.3, again), y, 0) != "");
}

TEST_CASE("dropout: passes through in use, and with p = 0") {
  Rng rng(1), untouched(1);
  Tensor x = arange(5);
  CHECK(dropout(x, 0, rng).node() == x.node());
  {
    EvalMode eval;
    CHECK(dropout(x, 0.5, rng).node() == x.node());
    CHECK_THROWS_AS(dropout(x, 1, rng), Error);
  }
  CHECK(rng.bits() == untouched.bits());
  CHECK_THROWS_WITH_AS(dropout(x, 1, rng), "dropout: p = 1: must be at least 0 and less than 1", Error);
  CHECK_THROWS_WITH_AS(dropout(x, -0.1, rng), "dropout: p = -0.1: must be at least 0 and less than 1", Error);
  CHECK_THROWS_AS(dropout(x, not_a_number, rng), Error);
}
