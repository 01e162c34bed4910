#include <tensor/compare.h>

#include <qkv/ops/activation.h>

#include <cmath>

using namespace qkv;

TEST_CASE("activations: values") {
  CHECK_CLOSE(exp(tensor({0, 1, -2})), tensor({1, 2.718281828459045, 0.1353352832366127}));
  CHECK_CLOSE(log(tensor({1, 2.718281828459045, 0.5})), tensor({0, 1, -0.6931471805599453}));
  CHECK_CLOSE(sqrt(tensor({0, 4, 2})), tensor({0, 2, 1.4142135623730951}));
  CHECK_CLOSE(tanh(tensor({0, 1, -0.5})), tensor({0, 0.7615941559557649, -0.46211715726000975}));
  CHECK_CLOSE(sigmoid(tensor({0, 2, -2})), tensor({0.5, 0.8807970779778823, 0.11920292202211755}));
  CHECK_CLOSE(relu(tensor({-1, 0, 2.5})), tensor({0, 0, 2.5}));
  // x (1 + erf(x / sqrt 2)) / 2, and the tanh form, which differs in the fourth decimal.
  CHECK_CLOSE(gelu(tensor({0, 1, -1, 3})), tensor({0, 0.8413447460685429, -0.15865525393145707, 2.99595030590511}));
  CHECK_CLOSE(gelu(tensor({0, 1, -1, 3}), Gelu::tanh), tensor({0, 0.8411919906082768, -0.15880800939172324, 2.996362607918227}));
  CHECK(tanh(Tensor(1)).shape() == Shape{});
  CHECK(exp(zeros({0, 2})).shape() == Shape{0, 2});
}

TEST_CASE("activations: at the ends") {
  CHECK_CLOSE(exp(tensor({-infinity, infinity, 1000, -1000})), tensor({0, infinity, infinity, 0}));
  CHECK_CLOSE(log(tensor({0, infinity, -1})), tensor({-infinity, infinity, not_a_number}));
  CHECK_CLOSE(sqrt(tensor({-1, infinity})), tensor({not_a_number, infinity}));
  CHECK_CLOSE(tanh(tensor({-infinity, infinity, 1000, -1000})), tensor({-1, 1, 1, -1}));
  CHECK_CLOSE(sigmoid(tensor({-infinity, infinity, 1000, -1000})), tensor({0, 1, 1, 0}));
  CHECK_CLOSE(relu(tensor({-infinity, infinity, not_a_number})), tensor({0, infinity, not_a_number}));
  CHECK_CLOSE(gelu(tensor({100, -100})), tensor({100, 0}));
  CHECK_CLOSE(gelu(tensor({100, -100}), Gelu::tanh), tensor({100, 0}));
  Tensor nan = tensor({not_a_number});
  for (const Tensor& y : {exp(nan), log(nan), sqrt(nan), tanh(nan), sigmoid(nan), gelu(nan), gelu(nan, Gelu::tanh)}) CHECK_CLOSE(y, nan);
}

TEST_CASE("relu: the gradient at 0 is 0") {
  Tensor x = tensor({-1, 0, 1}).requires_grad(true);
  relu(x).backward(tensor({5, 6, 7}));
  CHECK_CLOSE(x.grad(), tensor({0, 0, 7}));
}
