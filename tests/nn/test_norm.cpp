#include "layers.h"

#include <qkv/nn/norm.h>
#include <qkv/tensor/error.h>

using namespace qkv;

TEST_CASE("LayerNorm: by hand") {
  nn::LayerNorm norm({2}, 0.0);
  CHECK(names(norm) == "weight (2,), bias (2,)");
  CHECK(largest_difference(norm(tensor({{1, 3}, {10, 6}})), tensor({{-1, 1}, {1, -1}})) < rounding);
  norm.load({{"weight", tensor({2, 3})}, {"bias", tensor({10, 20})}});
  CHECK(largest_difference(norm(tensor({{1, 3}, {10, 6}})), tensor({{8, 23}, {12, 17}})) < rounding);
}

TEST_CASE("LayerNorm: each row gets mean 0 and variance 1, over one axis or two") {
  Rng rng(2);
  Tensor x = randn({3, 4, 5}, rng, 7, 3);
  for (const Shape& shape : {Shape{5}, Shape{4, 5}}) {
    Tensor y = nn::LayerNorm(shape, 1e-12)(x);
    const Index n = shape.count();
    for (Index row = 0; row < x.size() / n; ++row) {
      double sum = 0, squares = 0;
      for (Index i = 0; i < n; ++i) {
        const double number = y.data()[row * n + i];
        sum += number;
        squares += number * number;
      }
      CHECK(sum / static_cast<double>(n) == doctest::Approx(0).epsilon(1e-5));
      CHECK(squares / static_cast<double>(n) == doctest::Approx(1).epsilon(1e-4));
    }
  }
}

TEST_CASE("LayerNorm: without weights; gradients") {
  Rng rng(2);
  Tensor x = randn({3, 4}, rng);
  nn::LayerNorm plain({4}, 1e-5, false);
  CHECK(plain.parameter_count() == 0);
  CHECK(largest_difference(plain(x), nn::LayerNorm(4)(x)) == 0);
  CHECK(largest_difference(plain(x), nn::LayerNorm({4})(x)) == 0);

  nn::LayerNorm norm(4);
  randomise(norm, rng);
  check_gradient([&](const auto&) { return norm(x); }, with_parameters({x}, norm));
}

TEST_CASE("LayerNorm: what cannot be") {
  CHECK_THROWS_WITH_AS(nn::LayerNorm(Shape{}), "LayerNorm: normalized_shape (): must have axes, and none of them empty", Error);
  CHECK_THROWS_WITH_AS(nn::LayerNorm({}), "LayerNorm: normalized_shape (): must have axes, and none of them empty", Error);
  CHECK_THROWS_WITH_AS(nn::LayerNorm({3}, -1), "LayerNorm: eps -1: must be a finite number, not negative", Error);
  CHECK_THROWS_AS(nn::LayerNorm(3)(ones({3, 2})), Error);
}

TEST_CASE("Dropout: drops about p of the numbers and keeps the mean, but only in training") {
  Rng rng(3);
  nn::Dropout drop(0.25, rng);
  Tensor x = ones({100, 100}), y = drop(x);
  double sum = 0;
  Index dropped = 0;
  for (Index i = 0; i < y.size(); ++i) {
    sum += static_cast<double>(y.data()[i]);
    dropped += y.data()[i] == 0;
  }
  CHECK(dropped > 2350);
  CHECK(dropped < 2650);
  CHECK(sum == doctest::Approx(static_cast<double>(10000 - dropped) / 0.75).epsilon(1e-4));

  EvalMode evaluating;
  CHECK(largest_difference(drop(x), x) == 0);
}

TEST_CASE("Dropout: what cannot be") {
  Rng rng(3);
  CHECK_THROWS_WITH_AS(nn::Dropout(1, rng), "Dropout: p 1: must be at least 0 and below 1", Error);
  CHECK_THROWS_WITH_AS(nn::Dropout(-0.5, rng), "Dropout: p -0.5: must be at least 0 and below 1", Error);
}
