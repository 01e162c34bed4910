#include <tensor/compare.h>

#include <qkv/ops/reduce.h>

#include <algorithm>

using namespace qkv;

TEST_CASE("reductions: over everything") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 9}});
  CHECK_CLOSE(sum(x), Tensor(24));
  CHECK_CLOSE(mean(x), Tensor(4));
  CHECK_CLOSE(max(x), Tensor(9));
  CHECK_CLOSE(sum(Tensor(3)), Tensor(3));
  CHECK_CLOSE(mean(Tensor(3)), Tensor(3));
  CHECK_CLOSE(max(Tensor(3)), Tensor(3));
  CHECK_CLOSE(sum(zeros({0, 3})), Tensor(0));
}

TEST_CASE("reductions: along axes") {
  Tensor x = tensor({2, 2, 3}, {1, 2, 3, 4, 5, 6, -1, -2, -3, 10, 20, 30});
  CHECK_CLOSE(sum(x, 0), tensor({{0, 0, 0}, {14, 25, 36}}));
  CHECK_CLOSE(sum(x, 1), tensor({{5, 7, 9}, {9, 18, 27}}));
  CHECK_CLOSE(sum(x, -1), tensor({{6, 15}, {-6, 60}}));
  CHECK_CLOSE(sum(x, {0, -1}), tensor({0, 75}));
  CHECK_CLOSE(sum(x, 1, true), tensor({{{5, 7, 9}}, {{9, 18, 27}}}));
  CHECK_CLOSE(sum(x, std::vector<Index>{}), x);
  CHECK_CLOSE(mean(x, -2), tensor({{2.5, 3.5, 4.5}, {4.5, 9, 13.5}}));
  CHECK_CLOSE(mean(x, {0, 2}, true), tensor({{{0}, {12.5}}}));
  CHECK_CLOSE(max(x, 0), tensor({{1, 2, 3}, {10, 20, 30}}));
  CHECK_CLOSE(max(x, 1), tensor({{4, 5, 6}, {10, 20, 30}}));
  CHECK_CLOSE(max(x, 2, true), tensor({{{3}, {6}}, {{-1}, {30}}}));
  CHECK_CLOSE(max(x, {0, 2}), tensor({3, 30}));
  CHECK_CLOSE(sum(zeros({2, 0}), 1), zeros({2}));
  CHECK_CLOSE(sum(zeros({2, 0}), 0), zeros({0}));
  CHECK(max(zeros({2, 0}), 0).shape() == Shape{0});
}

TEST_CASE("max: infinities, NaN, and where the gradient goes") {
  CHECK_CLOSE(max(tensor({-infinity, -infinity})), Tensor(-infinity));
  CHECK_CLOSE(max(tensor({{1, not_a_number, 3}, {not_a_number, 1, 2}, {1, 2, infinity}}), 1),
              tensor({not_a_number, not_a_number, infinity}));
  Tensor x = tensor({{1, 7, 7}, {5, 2, 5}}).requires_grad(true);
  max(x, 1).backward(tensor({10, 20}));
  CHECK_CLOSE(x.grad(), tensor({{0, 10, 0}, {20, 0, 0}}));  // the first of equal ones
}

TEST_CASE("sum: many numbers keep their precision") {
  // One running float would stop growing at 2^24.
  CHECK(sum(ones({1 << 25})).item() == 1 << 25);
  CHECK(mean(full({1000, 1000}, 0.1)).item() == doctest::Approx(0.1).epsilon(1e-5));
}

TEST_CASE("reductions: messages") {
  Tensor x = zeros({2, 3});
  CHECK_THROWS_WITH_AS(sum(x, 2), "sum: axis 2 of (2, 3): must be from -2 to 1", Error);
  CHECK_THROWS_WITH_AS(mean(x, -3), "mean: axis -3 of (2, 3): must be from -2 to 1", Error);
  CHECK_THROWS_WITH_AS(max(x, Axes{0, 5}), "max: axis 5 of (2, 3): must be from -2 to 1", Error);
  CHECK_THROWS_WITH_AS(sum(x, {1, -1}), "sum: axis -1 of (2, 3) is named twice", Error);
  CHECK_THROWS_WITH_AS(sum(Tensor(1), 0), "sum: axis 0 of (): a single number has no axes", Error);
  CHECK_THROWS_WITH_AS(max(zeros({2, 0}), 1), "max: shape (2, 0) has no numbers along these axes", Error);
  CHECK_THROWS_WITH_AS(max(zeros({0})), "max: shape (0,) has no numbers along these axes", Error);
  CHECK_THROWS_WITH_AS(mean(zeros({0, 3}), 0), "mean: shape (0, 3) has no numbers along these axes", Error);
}

TEST_CASE("max: every axis of awkward sizes, a NaN among them, and the gradient at the first place") {
  Rng rng(6);
  for (const Axes& axes : {Axes{0}, Axes{1}, Axes{2}, Axes{0, 2}, Axes{0, 1, 2}}) {
    Tensor x = zeros({3, 70, 17});
    for (Index i = 0; i < x.size(); ++i) x.mutable_data()[i] = static_cast<Scalar>(std::floor(rng.uniform(-20, 20)));
    x.set({1, 30, 5}, not_a_number);
    x.requires_grad(true);
    Tensor largest = max(x, axes, true);
    sum(largest).backward();
    std::vector<bool> met(static_cast<std::size_t>(largest.size()), false);
    bool right = true;
    for (Index a = 0; a < 3; ++a)
      for (Index b = 0; b < 70; ++b)
        for (Index c = 0; c < 17; ++c) {
          const Index i = a % largest.size(0), j = b % largest.size(1), k = c % largest.size(2);
          const Scalar number = x.at({a, b, c}), most = largest.at({i, j, k});
          const bool here = number == most || (std::isnan(number) && std::isnan(most));
          std::vector<bool>::reference before = met[(i * largest.size(1) + j) * largest.size(2) + k];
          right = right && (here || std::isnan(most) || number < most) && x.grad().at({a, b, c}) == (here && !before ? 1 : 0);
          before = before || here;
        }
    CHECK(right);
    CHECK(std::find(met.begin(), met.end(), false) == met.end());
  }
}
