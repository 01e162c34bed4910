#include <tensor/compare.h>

#include <qkv/ops/arithmetic.h>

using namespace qkv;

TEST_CASE("arithmetic: values") {
  Tensor x = tensor({1, 4, -9}), y = tensor({2, -2, 3});
  CHECK_CLOSE(x + y, tensor({3, 2, -6}));
  CHECK_CLOSE(x - y, tensor({-1, 6, -12}));
  CHECK_CLOSE(x * y, tensor({2, -8, -27}));
  CHECK_CLOSE(x / y, tensor({0.5, -2, -3}));
  CHECK_CLOSE(-x, tensor({-1, -4, 9}));
  CHECK_CLOSE(pow(x, 2), tensor({1, 16, 81}));
  CHECK_CLOSE(pow(x, 3), tensor({1, 64, -729}));
  CHECK_CLOSE(pow(tensor({4, 9}), 0.5), tensor({2, 3}));
  CHECK_CLOSE(pow(tensor({4, 9}), tensor({0.5, -1})), tensor({2, 1.0 / 9}));
  CHECK_CLOSE(pow(2, arange(4)), tensor({1, 2, 4, 8}));
  CHECK_CLOSE(1 - 2 * x / 4, tensor({0.5, -1, 5.5}));
  CHECK_CLOSE(tensor({1, -1, 0}) / tensor({0, 0, 0}), tensor({infinity, -infinity, not_a_number}));
}

TEST_CASE("arithmetic: broadcasting") {
  Tensor column = tensor({{10}, {20}}), row = tensor({1, 2, 3});
  CHECK_CLOSE(column + row, tensor({{11, 12, 13}, {21, 22, 23}}));
  CHECK_CLOSE(row - column, tensor({{-9, -8, -7}, {-19, -18, -17}}));
  CHECK_CLOSE(100 - row, tensor({99, 98, 97}));
  CHECK_CLOSE(row / 2, tensor({0.5, 1, 1.5}));
  Tensor box = tensor({2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7});
  CHECK_CLOSE(box * tensor({{{1, 10}}, {{100, 1000}}}), tensor({{{0, 10}, {2, 30}}, {{400, 5000}, {600, 7000}}}));  // the middle axis
  CHECK_CLOSE(tensor({{{1}}, {{2}}}) * tensor({{3, 4}}), tensor({{{3, 4}}, {{6, 8}}}));
  CHECK_CLOSE(zeros({0, 3}) + row, zeros({0, 3}));
  CHECK_CLOSE(Tensor(2) * Tensor(3), Tensor(6));
  CHECK_CLOSE(tensor({2}) * tensor({{3}}), tensor({{6}}));
}

TEST_CASE("arithmetic: the gradient of a power where x or the exponent is 0") {
  Tensor x = tensor({0, 2}).requires_grad(true);
  pow(x, 0).backward(ones({2}));
  CHECK_CLOSE(x.grad(), zeros({2}));
  x.zero_grad();
  pow(x, 1).backward(ones({2}));
  CHECK_CLOSE(x.grad(), ones({2}));
  x.zero_grad();
  Tensor y = tensor({2, 0}).requires_grad(true);
  pow(x, y).backward(ones({2}));
  CHECK_CLOSE(x.grad(), zeros({2}));
  CHECK_CLOSE(y.grad(), tensor({0, std::log(2.0)}));
}

TEST_CASE("arithmetic: messages") {
  const char* rule = ": (2, 3) with (2,): sizes 3 and 2 do not match; counted from the last axis they must be equal or 1";
  Tensor x = zeros({2, 3}), y = zeros({2});
  auto says = [&](const std::string& name) { return name + rule; };
  CHECK_THROWS_WITH_AS(x + y, says("add").c_str(), Error);
  CHECK_THROWS_WITH_AS(x - y, says("sub").c_str(), Error);
  CHECK_THROWS_WITH_AS(x * y, says("mul").c_str(), Error);
  CHECK_THROWS_WITH_AS(x / y, says("div").c_str(), Error);
  CHECK_THROWS_WITH_AS(pow(x, y), says("pow").c_str(), Error);
  CHECK_THROWS_WITH_AS(x + Tensor(), "tensor: this handle is empty: it was never given a value", Error);
}

TEST_CASE("arithmetic: exponents with a way of their own give what the standard library gives") {
  const double tiny = static_cast<double>(std::numeric_limits<Scalar>::denorm_min());
  Tensor x = tensor({0, -0.0, 1, -1, 0.3, 7, -2.5, 1e-20, 1e20, tiny, infinity, -infinity, not_a_number});
  for (double e : {0.0, 1.0, 2.0, 3.0, -1.0, 0.5, 1.5, -0.5, 0.7, 4.0}) {
    Tensor z = pow(x, e), same = pow(x, full(x.shape(), e)), broadcast = pow(x, Tensor(e));
    for (Index i = 0; i < x.size(); ++i) {
      const Scalar want = std::pow(x.data()[i], static_cast<Scalar>(e));
      for (const Tensor& each : {z, same, broadcast}) {
        const Scalar got = each.data()[i];
        const bool right = (got == want && std::signbit(got) == std::signbit(want)) || (std::isnan(got) && std::isnan(want)) ||
                           std::abs(got - want) <= 2 * std::numeric_limits<Scalar>::epsilon() * std::abs(want);
        CHECK_MESSAGE(right, x.data()[i], "^", e, ": ", got, ", want ", want);
      }
    }
  }
  CHECK_CLOSE(pow(tensor({{1}, {2}}), tensor({1, 2, 3})), tensor({{1, 1, 1}, {2, 4, 8}}));
  CHECK_CLOSE(pow(2, Tensor(3)), Tensor(8));
}
