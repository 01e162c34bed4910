#include "layers.h"

#include <qkv/nn/position.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/tensor/error.h>

using namespace qkv;

TEST_CASE("sinusoidal_encoding: by the formula") {
  Tensor pe = nn::sinusoidal_encoding(3, 5, 100);  // an odd width ends with a sine
  CHECK(pe.shape() == Shape{3, 5});
  CHECK(pe.at({0, 0}) == 0);
  CHECK(pe.at({0, 1}) == 1);
  const double angle = 2 * std::pow(100.0, -2.0 / 5);  // t = 2, i = 1
  CHECK(pe.at({2, 0}) == doctest::Approx(std::sin(2.0)));
  CHECK(pe.at({2, 2}) == doctest::Approx(std::sin(angle)));
  CHECK(pe.at({2, 3}) == doctest::Approx(std::cos(angle)));
  CHECK(pe.at({1, 4}) == doctest::Approx(std::sin(std::pow(100.0, -4.0 / 5))));
}

TEST_CASE("sinusoidal_encoding: an offset continues where a shorter one ended") {
  Tensor whole = nn::sinusoidal_encoding(5, 4), end = nn::sinusoidal_encoding(2, 4, 10000, 3);
  for (Index i = 0; i < end.size(); ++i) CHECK(end.data()[i] == whole.data()[3 * 4 + i]);
}

TEST_CASE("sinusoidal_encoding: what cannot be") {
  CHECK_THROWS_WITH_AS(nn::sinusoidal_encoding(-1, 4), "sinusoidal_encoding: length -1, dim 4: must be at least 0 and 1", Error);
  CHECK_THROWS_WITH_AS(nn::sinusoidal_encoding(3, 0), "sinusoidal_encoding: length 3, dim 0: must be at least 0 and 1", Error);
  CHECK_THROWS_WITH_AS(nn::sinusoidal_encoding(3, 4, 0), "sinusoidal_encoding: base 0: must be positive", Error);
}

TEST_CASE("LearnedPosition: each position has its own vector") {
  Rng rng(1);
  nn::LearnedPosition position(4, 2, rng);
  position.load({{"weight", tensor({{1, 2}, {3, 4}, {5, 6}, {7, 8}})}});
  Tensor x = tensor({{{10, 20}, {30, 40}}, {{50, 60}, {70, 80}}});
  CHECK(largest_difference(position(x), tensor({{{11, 22}, {33, 44}}, {{51, 62}, {73, 84}}})) == 0);
  check_gradient([&](const auto&) { return position(x); }, {x, position.weight});
  CHECK(largest_difference(position(zeros({1, 2, 2}), 1), unsqueeze(slice(position.weight, 0, 1, 3), 0)) == 0);
  CHECK_THROWS_WITH_AS(position(ones({1, 2, 2}), 3), "LearnedPosition: x (1, 2, 2): has 5 positions, the table 4", Error);
  CHECK_THROWS_WITH_AS(position(ones({1, 2, 2}), -1), "LearnedPosition: offset -1: must not be negative", Error);
  CHECK_THROWS_WITH_AS(position(ones({1, 5, 2})), "LearnedPosition: x (1, 5, 2): has 5 positions, the table 4", Error);
  CHECK_THROWS_WITH_AS(position(ones({1, 4, 3})), "LearnedPosition: x (1, 4, 3): must be (B, T, 2)", Error);
  CHECK_THROWS_WITH_AS(nn::LearnedPosition(0, 2, rng), "LearnedPosition: max_length 0, dim 2: must be at least 1", Error);
}

TEST_CASE("rotary: by hand, in both layouts") {
  // d = 4, base 100: pair 0 turns by p, pair 1 by p / 10. Position 1 alone, by the offset.
  const double c0 = std::cos(1.0), s0 = std::sin(1.0), c1 = std::cos(0.1), s1 = std::sin(0.1);
  Tensor x = tensor({{1, 2, 3, 4}});
  Tensor neighbours = tensor({{c0 - 2 * s0, s0 + 2 * c0, 3 * c1 - 4 * s1, 3 * s1 + 4 * c1}});
  Tensor halves = tensor({{c0 - 3 * s0, 2 * c1 - 4 * s1, s0 + 3 * c0, 2 * s1 + 4 * c1}});
  CHECK(largest_difference(nn::rotary(x, nn::RotaryLayout::interleaved, 100, 1), neighbours) < rounding);
  CHECK(largest_difference(nn::rotary(x, nn::RotaryLayout::half, 100, 1), halves) < rounding);
}

TEST_CASE("rotary: q . k depends on the distance alone, and lengths stay") {
  Rng rng(4);
  Tensor q = randn({1, 6}, rng), k = randn({1, 6}, rng);
  for (nn::RotaryLayout layout : {nn::RotaryLayout::interleaved, nn::RotaryLayout::half}) {
    auto score = [&](Index at_q, Index at_k) {
      return sum(nn::rotary(q, layout, 10000, at_q) * nn::rotary(k, layout, 10000, at_k)).item();
    };
    CHECK(score(5, 2) == doctest::Approx(score(8, 5)));
    CHECK(std::abs(score(5, 2) - score(5, 3)) > 1e-3);
    Tensor turned = nn::rotary(q, layout, 10000, 7);
    CHECK(sum(turned * turned).item() == doctest::Approx(sum(q * q).item()));
  }
}

TEST_CASE("rotary: leading axes, gradients, and what cannot be") {
  Rng rng(4);
  Tensor x = randn({2, 3, 4, 6}, rng);
  for (nn::RotaryLayout layout : {nn::RotaryLayout::interleaved, nn::RotaryLayout::half})
    check_gradient([=](const auto& in) { return nn::rotary(in[0], layout, 100, 2); }, {x});
  CHECK_THROWS_WITH_AS(nn::rotary(ones({2, 5})), "rotary: x (2, 5): must be (..., T, d) with d even", Error);
  CHECK_THROWS_WITH_AS(nn::rotary(ones({4})), "rotary: x (4,): must be (..., T, d) with d even", Error);
  CHECK_THROWS_WITH_AS(nn::rotary(ones({2, 4}), nn::RotaryLayout::half, -1), "rotary: base -1: must be positive", Error);
}
