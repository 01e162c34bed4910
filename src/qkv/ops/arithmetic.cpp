#include <qkv/ops/arithmetic.h>
#include <qkv/ops/elementwise.h>
#include <qkv/tensor/graph.h>

#include <cmath>

// Each operation is a row: its value, then its gradients. Where an input was broadcast, its gradient comes out in the result's shape: the engine
// sums it back.

namespace qkv {
namespace {

// Lambdas, whose types tell the loops what to inline; a function's address would be called for each number.
constexpr auto plus = [](Scalar a, Scalar b) { return a + b; };
constexpr auto minus = [](Scalar a, Scalar b) { return a - b; };
constexpr auto times = [](Scalar a, Scalar b) { return a * b; };
constexpr auto over = [](Scalar a, Scalar b) { return a / b; };
constexpr auto power = [](Scalar a, Scalar b) { return std::pow(a, b); };

Array multiply(const Array& a, const Array& b) { return elementwise("mul", a, b, times); }
Array divide(const Array& a, const Array& b) { return elementwise("div", a, b, over); }
Array same(const Array& dz) { return dz; }
Array minus_same(const Array& dz) { return -dz; }

}  // namespace

/// z = x + y.   dx = dz, dy = dz.
Tensor add(const Tensor& x, const Tensor& y) { return record("add", elementwise("add", array(x), array(y), plus), {{x, same}, {y, same}}); }

/// z = x - y.   dx = dz, dy = -dz.
Tensor sub(const Tensor& x, const Tensor& y) {
  return record("sub", elementwise("sub", array(x), array(y), minus), {{x, same}, {y, minus_same}});
}

/// z = -x.   dx = -dz.
Tensor neg(const Tensor& x) { return record("neg", -array(x), {{x, minus_same}}); }

/// z = x y.   dx = dz y, dy = dz x.
Tensor mul(const Tensor& x, const Tensor& y) {
  auto dx = [=](const Array& dz) -> Array { return multiply(dz, array(y)); };
  auto dy = [=](const Array& dz) -> Array { return multiply(dz, array(x)); };
  return record("mul", elementwise("mul", array(x), array(y), times), {{x, dx}, {y, dy}});
}

/// z = x / y.   dx = dz / y, dy = -dz z / y.
Tensor div(const Tensor& x, const Tensor& y) {
  auto dx = [=](const Array& dz) -> Array { return divide(dz, array(y)); };
  auto dy = [=](const Array& dz, const Array& z) -> Array { return divide(-dz * z, array(y)); };
  return record("div", elementwise("div", array(x), array(y), over), {{x, dx}, {y, dy}});
}

/// z = x^y.   dx = dz y x^(y-1) (0 where y = 0), dy = dz z log x (0 where x = 0: there z does not depend on y > 0).
Tensor pow(const Tensor& x, const Tensor& y) {
  auto dx = [=](const Array& dz) -> Array {
    Array slope = elementwise("pow", array(x), array(y), [](Scalar a, Scalar b) { return b == 0 ? 0 : b * std::pow(a, b - 1); });
    return dz * slope;
  };
  auto dy = [=](const Array& dz, const Array& z) -> Array {
    Array slope = elementwise("pow", z, array(x), [](Scalar p, Scalar a) { return a == 0 ? 0 : p * std::log(a); });
    return dz * slope;
  };
  return record("pow", elementwise("pow", array(x), array(y), power), {{x, dx}, {y, dy}});
}

}  // namespace qkv
