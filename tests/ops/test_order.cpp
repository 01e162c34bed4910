#include <tensor/compare.h>

#include <qkv/ops/order.h>
#include <qkv/ops/shape.h>

using namespace qkv;

TEST_CASE("cumsum") {
  Tensor x = tensor({{1, 2, 3}, {10, 20, 30}});
  CHECK_CLOSE(cumsum(x, 1), tensor({{1, 3, 6}, {10, 30, 60}}), 0);
  CHECK_CLOSE(cumsum(x, -2), tensor({{1, 2, 3}, {11, 22, 33}}), 0);
  CHECK_CLOSE(cumsum(reshape(x, {1, 2, 3}), 0), reshape(x, {1, 2, 3}), 0);
  CHECK(cumsum(zeros({2, 0}), 1).shape() == Shape{2, 0});
  CHECK(cumsum(zeros({2, 0}), 0).shape() == Shape{2, 0});
  CHECK_CLOSE(cumsum(tensor({1, infinity, -infinity, 2}), 0), tensor({1, infinity, not_a_number, not_a_number}));
}

TEST_CASE("cumsum: ten million ones, and as many gradients") {
  const Index n = 10000000;
  Tensor x = ones({n}).requires_grad(true);
  Tensor y = cumsum(x, 0);
  CHECK(y.at({n - 1}) == n);
  CHECK(y.at({123456}) == 123457);
  y.backward(ones({n}));
  CHECK(x.grad().at({0}) == n);
  CHECK(x.grad().at({n - 1}) == 1);
}

TEST_CASE("topk: largest first, the first of equal ones first, NaN above all") {
  auto [values, indices] = topk(tensor({3, 7, 1, 7, 5}), 3);
  CHECK_CLOSE(values, tensor({7, 7, 5}), 0);
  CHECK(printed(indices) == "[1, 3, 4]");
  TopK columns = topk(tensor({{1, 6}, {3, 4}, {2, 5}}), 2, 0);
  CHECK_CLOSE(columns.values, tensor({{3, 6}, {2, 5}}), 0);
  CHECK(printed(columns.indices) == "[[1, 0],\n [2, 2]]");
  TopK odd = topk(tensor({1, not_a_number, infinity, not_a_number, -infinity}), 5);
  CHECK_CLOSE(odd.values, tensor({not_a_number, not_a_number, infinity, 1, -infinity}));
  CHECK(printed(odd.indices) == "[1, 3, 2, 0, 4]");
  CHECK(topk(zeros({2, 3}), 0).values.shape() == Shape{2, 0});
  CHECK(topk(zeros({0, 3}), 2).indices.shape == Shape{0, 2});
}

TEST_CASE("topk: the gradient goes to the chosen") {
  Tensor x = tensor({{3, 7, 1}, {4, 4, 4}}).requires_grad(true);
  topk(x, 2).values.backward(tensor({{10, 20}, {30, 40}}));
  CHECK_CLOSE(x.grad(), tensor({{20, 10, 0}, {30, 40, 0}}), 0);
}

TEST_CASE("argmin") {
  Tensor x = tensor({{3, 1, 1}, {0, not_a_number, -5}});
  CHECK(printed(argmin(x)) == "[1, 1]");
  CHECK(printed(argmin(x, 0)) == "[1, 1, 1]");
  CHECK(printed(x.argmin()) == "[1, 1]");
}
