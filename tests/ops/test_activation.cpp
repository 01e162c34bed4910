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

TEST_CASE("abs, log1p, sin, cos, leaky_relu, softplus, silu: values") {
  Tensor x = tensor({0, 1, -2, 3});
  CHECK_CLOSE(abs(x), tensor({0, 1, 2, 3}), 0);
  CHECK_CLOSE(log1p(tensor({0, 1, -0.5})), tensor({0, 0.6931471805599453, -0.6931471805599453}));
  CHECK(log1p(Tensor(1e-10)).item() == doctest::Approx(9.9999999995e-11).epsilon(1e-6).scale(1e-12));
  CHECK_CLOSE(sin(x), tensor({0, 0.8414709848078965, -0.9092974268256817, 0.1411200080598672}));
  CHECK_CLOSE(cos(x), tensor({1, 0.5403023058681398, -0.4161468365471424, -0.9899924966004454}));
  CHECK_CLOSE(leaky_relu(x), tensor({0, 1, -0.02, 3}));
  CHECK_CLOSE(leaky_relu(x, 0.5), tensor({0, 1, -1, 3}), 0);
  CHECK_CLOSE(softplus(x), tensor({0.6931471805599453, 1.3132616875182228, 0.1269280110429725, 3.048587351573742}));
  CHECK_CLOSE(silu(x), tensor({0, 0.7310585786300049, -0.2384058440442351, 2.8577223804672998}));
}

TEST_CASE("abs, log1p, sin, cos, leaky_relu, softplus, silu: at the ends") {
  Tensor ends = tensor({-infinity, infinity, 1000, -1000});
  CHECK_CLOSE(abs(ends), tensor({infinity, infinity, 1000, 1000}), 0);
  CHECK_CLOSE(log1p(tensor({-1, infinity, -2})), tensor({-infinity, infinity, not_a_number}));
  CHECK_CLOSE(leaky_relu(ends, 0.5), tensor({-infinity, infinity, 1000, -500}), 0);
  CHECK_CLOSE(softplus(ends), tensor({0, infinity, 1000, 0}));
  CHECK_CLOSE(silu(ends), tensor({0, infinity, 1000, 0}));
  Tensor nan = tensor({not_a_number});
  for (const Tensor& y : {abs(nan), log1p(nan), sin(nan), cos(nan), leaky_relu(nan), softplus(nan), silu(nan)}) CHECK_CLOSE(y, nan);
  Tensor x = tensor({-1, 0, 1}).requires_grad(true);
  abs(x).backward(tensor({5, 6, 7}));
  CHECK_CLOSE(x.grad(), tensor({-5, 0, 7}), 0);
  x.zero_grad();
  leaky_relu(x, 0.5).backward(tensor({5, 6, 7}));
  CHECK_CLOSE(x.grad(), tensor({2.5, 3, 7}), 0);
}
