#include <tensor/compare.h>

#include <qkv/ops/arithmetic.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>

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

TEST_CASE("min: values, NaN, and where the gradient goes") {
  Tensor x = tensor({{4, 1, 1}, {5, -2, 3}}).requires_grad(true);
  CHECK_CLOSE(min(x), Tensor(-2), 0);
  CHECK_CLOSE(min(x, 0), tensor({4, -2, 1}), 0);
  CHECK_CLOSE(x.min(1, true), tensor({{1}, {-2}}), 0);
  CHECK_CLOSE(min(tensor({{1, not_a_number}, {infinity, infinity}}), 1), tensor({not_a_number, infinity}));
  CHECK(min(zeros({2, 0}), 0).shape() == Shape{0});
  min(x, 1).backward(tensor({10, 20}));
  CHECK_CLOSE(x.grad(), tensor({{0, 10, 0}, {0, 20, 0}}), 0);  // the first of equal ones
}

TEST_CASE("var and stdev") {
  Tensor x = tensor({{1, 2, 4}, {-1, 0.5, 3}});
  CHECK_CLOSE(var(x), Tensor(3.241666666666667));
  CHECK_CLOSE(var(x, 1), tensor({7.0 / 3, 49.0 / 12}));
  CHECK_CLOSE(var(x, 0, true), tensor({{2, 1.125, 0.5}}));
  CHECK_CLOSE(var(x, 1, false, 0), tensor({14.0 / 9, 49.0 / 18}));  // biased
  CHECK_CLOSE(var(x, {0, 1}, false, 2.5), Tensor(3.241666666666667 * 5 / 3.5));
  CHECK_CLOSE(stdev(x), Tensor(1.8004629034408532));
  CHECK_CLOSE(x.std(-1), tensor({1.5275252316519465, 2.0207259421636903}));
  CHECK_CLOSE(x.var(), var(x), 0);
  CHECK_CLOSE(var(zeros({1, 3}), 0, false, 0), zeros({3}), 0);
  CHECK(var(zeros({3, 0}), 0).shape() == Shape{0});
  CHECK_CLOSE(var(tensor({{1, infinity}, {not_a_number, 1}}), 1), tensor({not_a_number, not_a_number}));
  CHECK(var(tensor({16777212, 16777214, 16777216})).item() == 4);  // what is far from 0 keeps its digits
  Tensor many = reshape(concat({zeros({1 << 22}), ones({1 << 22})}, 0), {1 << 21, 4});
  CHECK_CLOSE(var(many, {0, 1}, false, 0), Tensor(0.25), 1e-12);
  Tensor equal = full({3}, 2).requires_grad(true);
  stdev(equal, 0).backward();
  CHECK_CLOSE(equal.grad(), zeros({3}), 0);
}

TEST_CASE("norm: of any size") {
  Tensor x = tensor({{1, 2, 4}, {-1, 0.5, 3}});
  CHECK_CLOSE(norm(x), Tensor(5.5901699437494745));
  CHECK_CLOSE(norm(x, 0), tensor({1.4142135623730951, 2.0615528128088303, 5}));
  CHECK_CLOSE(x.norm(1, true), tensor({{4.58257569495584}, {3.2015621187164243}}));
  CHECK_CLOSE(norm(tensor({3e30, -4e30})) / 1e30, Tensor(5));
  CHECK_CLOSE(norm(tensor({3e-30, 4e-30})) * 1e30, Tensor(5));
  CHECK_CLOSE(norm(tensor({{infinity, 1}, {1, not_a_number}, {0, 0}}), 1), tensor({infinity, not_a_number, 0}));
  CHECK_CLOSE(norm(zeros({0})), Tensor(0), 0);
  Tensor leaf = tensor({{3e30, -4e30}, {0, 0}, {-infinity, 1}}).requires_grad(true);
  norm(leaf, 1).backward(ones({3}));
  CHECK_CLOSE(leaf.grad(), tensor({{0.6, -0.8}, {0, 0}, {-1, 0}}));
}

TEST_CASE("logsumexp: of any size, and by a small difference") {
  Tensor x = tensor({{1, 2, 4}, {-1, 0.5, 3}});
  CHECK_CLOSE(logsumexp(x), Tensor(4.463694470291293));
  CHECK_CLOSE(logsumexp(x, 0), tensor({1.1269280110429725, 2.2014132779827524, 4.313261687518223}));
  CHECK_CLOSE(logsumexp(x, -1, true), tensor({{4.169846019556285}, {3.0956743294143823}}));
  CHECK_CLOSE(logsumexp(tensor({{1000, 1000}, {-1000, -1000}}), 1), tensor({1000.6931471805599, -999.3068528194401}));
  CHECK(logsumexp(tensor({-40, 0, -41})).item() == doctest::Approx(std::exp(-40.0) + std::exp(-41.0)).epsilon(1e-6).scale(1e-17));
  CHECK_CLOSE(logsumexp(tensor({{infinity, 1}, {1, not_a_number}, {-infinity, 3}}), 1), tensor({infinity, not_a_number, 3}));
  CHECK_CLOSE(logsumexp(zeros({2, 0}), 1), tensor({-infinity, -infinity}));
  Tensor hidden = tensor({{-infinity, -infinity}, {0, std::log(3.0)}, {infinity, infinity}}).requires_grad(true);
  Tensor y = logsumexp(hidden, 1);
  CHECK_CLOSE(y, tensor({-infinity, std::log(4.0), infinity}));
  y.backward(ones({3}));
  CHECK_CLOSE(hidden.grad(), tensor({{0, 0}, {0.25, 0.75}, {0.5, 0.5}}));
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
