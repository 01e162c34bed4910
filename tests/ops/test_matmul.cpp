#include <tensor/compare.h>

#include <qkv/ops/matmul.h>
#include <qkv/ops/shape.h>

using namespace qkv;

namespace {

/// The product of two matrices of two stacks, by the definition.
Tensor by_loops(const Tensor& x, const Tensor& y) {
  Tensor z = zeros({x.size(-2), y.size(-1)});
  for (Index i = 0; i < x.size(0); ++i)
    for (Index j = 0; j < y.size(1); ++j) {
      double sum = 0;
      for (Index k = 0; k < x.size(1); ++k) sum += static_cast<double>(x.at({i, k})) * static_cast<double>(y.at({k, j}));
      z.set({i, j}, sum);
    }
  return z;
}

}  // namespace

TEST_CASE("matmul: values") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}}), y = tensor({{1, 0}, {0, 1}, {1, -1}});
  CHECK_CLOSE(matmul(x, y), tensor({{4, -1}, {10, -1}}));
  CHECK_CLOSE(matmul(x, tensor({1, 2, 3})), tensor({14, 32}));
  CHECK_CLOSE(matmul(tensor({1, 2}), x), tensor({9, 12, 15}));
  CHECK_CLOSE(matmul(tensor({1, 2}), tensor({3, 4})), Tensor(11));
  CHECK_CLOSE(matmul(x, transpose(x)), tensor({{14, 32}, {32, 77}}));
  CHECK_CLOSE(matmul(zeros({2, 0}), zeros({0, 3})), zeros({2, 3}));  // an empty sum
  CHECK(matmul(zeros({0, 3}), zeros({3, 2})).shape() == Shape{0, 2});
  CHECK(matmul(zeros({4, 0, 3}), zeros({4, 3, 2})).shape() == Shape{4, 0, 2});
}

TEST_CASE("matmul: leading axes are broadcast") {
  Rng rng(1);
  Tensor x = randn({2, 1, 3, 4}, rng), y = randn({5, 4, 2}, rng), z = matmul(x, y);
  CHECK(z.shape() == Shape{2, 5, 3, 2});
  for (Index a = 0; a < 2; ++a)
    for (Index b = 0; b < 5; ++b) CHECK_CLOSE(select(select(z, 0, a), 0, b), by_loops(select(select(x, 0, a), 0, 0), select(y, 0, b)));
  Tensor one = randn({4, 2}, rng), stack = randn({3, 3, 4}, rng), product = matmul(stack, one);
  for (Index a = 0; a < 3; ++a) CHECK_CLOSE(select(product, 0, a), by_loops(select(stack, 0, a), one));
  product = matmul(transpose(one), transpose(stack));
  for (Index a = 0; a < 3; ++a) CHECK_CLOSE(select(product, 0, a), by_loops(transpose(one), transpose(select(stack, 0, a))));
  CHECK(matmul(arange(4), randn({3, 4, 2}, rng)).shape() == Shape{3, 2});
  CHECK(matmul(randn({3, 2, 4}, rng), arange(4)).shape() == Shape{3, 2});
  CHECK(matmul(randn({1, 3, 4}, rng), randn({2, 1, 4, 5}, rng)).shape() == Shape{2, 1, 3, 5});
}

TEST_CASE("matmul: infinities and NaN stay in their row and column") {
  Tensor y = matmul(tensor({{infinity, 1}, {1, 1}, {not_a_number, 0}}), tensor({{1, 1}, {2, 3}}));
  CHECK_CLOSE(y, tensor({{infinity, infinity}, {3, 4}, {not_a_number, not_a_number}}));
}

TEST_CASE("linear: y = x W^T + b") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}}), weight = tensor({{1, 0, -1}, {2, 1, 0}}), bias = tensor({10, 20});
  CHECK_CLOSE(linear(x, weight, bias), tensor({{8, 24}, {8, 33}}));
  CHECK_CLOSE(linear(x, weight), tensor({{-2, 4}, {-2, 13}}));
  CHECK_CLOSE(linear(tensor({1, 2, 3}), weight, bias), tensor({8, 24}));
  CHECK(linear(zeros({2, 5, 3}), weight, bias).shape() == Shape{2, 5, 2});
  CHECK(linear(zeros({0, 3}), weight, bias).shape() == Shape{0, 2});
  CHECK_CLOSE(linear(zeros({2, 0}), zeros({2, 0}), bias), tensor({{10, 20}, {10, 20}}));
}

TEST_CASE("matrix products: messages") {
  CHECK_THROWS_WITH_AS(matmul(zeros({3, 4}), zeros({5, 6})), "matmul: (3, 4) @ (5, 6): inner sizes 4 and 5 differ", Error);
  CHECK_THROWS_WITH_AS(matmul(zeros({4}), zeros({5, 6})), "matmul: (4,) @ (5, 6): inner sizes 4 and 5 differ", Error);
  CHECK_THROWS_WITH_AS(matmul(zeros({3, 4}), zeros({3})), "matmul: (3, 4) @ (3,): inner sizes 4 and 3 differ", Error);
  CHECK_THROWS_WITH_AS(matmul(Tensor(1), zeros({3})), "matmul: () @ (3,): a single number is not a matrix; multiply with *", Error);
  CHECK_THROWS_WITH_AS(matmul(zeros({2, 3, 4}), zeros({5, 4, 6})),
                       "matmul: (2, 3, 4) @ (5, 4, 6): leading sizes 2 and 5 differ, and neither is 1", Error);
  CHECK_THROWS_WITH_AS(linear(zeros({2, 3}), zeros({4})), "linear: weight of shape (4,): must be (out, in)", Error);
  CHECK_THROWS_WITH_AS(linear(zeros({2, 3}), zeros({4, 2})), "linear: x (2, 3) with weight (4, 2): the last axis of x must have size 2",
                       Error);
  CHECK_THROWS_WITH_AS(linear(Tensor(1), zeros({4, 2})), "linear: x () with weight (4, 2): the last axis of x must have size 2", Error);
  CHECK_THROWS_WITH_AS(linear(zeros({2, 3}), zeros({4, 3}), zeros({3})), "linear: bias of shape (3,) with weight (4, 3): must be (4,)",
                       Error);
}

TEST_CASE("matmul: vectors beside matrices and stacks: the shapes, the numbers, and the gradients in the vector's shape") {
  Rng rng(5);
  for (Index k : {1, 4, 70}) {
    Tensor v = randn({k}, rng).requires_grad(true), w = randn({k}, rng).requires_grad(true);
    Tensor inner = matmul(v, w);
    CHECK(inner.shape() == Shape{});
    CHECK_CLOSE(reshape(inner, {1, 1}), by_loops(reshape(v, {1, k}), reshape(w, {k, 1})), 20 * rounding);
    inner.backward();
    CHECK_CLOSE(v.grad(), w.detach(), rounding);
    CHECK_CLOSE(w.grad(), v.detach(), rounding);

    Tensor stacked = randn({3, 2, 5, k}, rng), columns = transpose(stacked);
    Tensor right = matmul(stacked, v), left = matmul(v, columns);
    CHECK(right.shape() == Shape{3, 2, 5});
    CHECK(left.shape() == Shape{3, 2, 5});
    CHECK_CLOSE(right, squeeze(matmul(stacked, reshape(v, {k, 1})), -1), 20 * rounding);
    CHECK_CLOSE(left, right, 20 * rounding);
    Tensor up = randn({3, 2, 5}, rng), want = matmul(reshape(up, {30}), reshape(stacked, {30, k}));
    for (Tensor* each : {&right, &left}) {
      v.zero_grad();
      each->backward(up);
      CHECK_CLOSE(v.grad(), want, 50 * rounding);
    }
  }
}

TEST_CASE("linear: some rows of the weight, without copying them") {
  Rng rng(3);
  Tensor x = randn({2, 5, 3}, rng), weight = randn({6, 3}, rng), bias = randn({6}, rng);
  for (auto [first, last] : {std::pair<Index, Index>{0, 2}, {2, 4}, {4, 6}, {0, 6}, {3, 3}}) {
    CHECK_CLOSE(linear(x, weight, bias, first, last), slice(linear(x, weight, bias), 2, first, last));
    CHECK_CLOSE(linear(x, weight, {}, first, last), slice(linear(x, weight), 2, first, last));
  }
  CHECK_THROWS_WITH_AS(linear(x, weight, bias, 2, 7), "linear: rows 2 to 7 of weight (6, 3): must lie inside it", Error);
  CHECK_THROWS_WITH_AS(linear(x, weight, bias, -1, 2), "linear: rows -1 to 2 of weight (6, 3): must lie inside it", Error);
  CHECK_THROWS_WITH_AS(linear(x, weight, bias, 3, 2), "linear: rows 3 to 2 of weight (6, 3): must lie inside it", Error);
}
