#include <qkv/ops/arithmetic.h>
#include <qkv/ops/elementwise.h>
#include <qkv/tensor/graph.h>

#include <cmath>

// Where an input was broadcast, its gradient comes out in the result's shape: the engine sums it back.

namespace qkv {
namespace {

// Lambdas, whose types tell the loops what to inline; a function's address would be called for each number.
constexpr auto plus = [](Scalar a, Scalar b) { return a + b; };
constexpr auto minus = [](Scalar a, Scalar b) { return a - b; };
constexpr auto times = [](Scalar a, Scalar b) { return a * b; };
constexpr auto over = [](Scalar a, Scalar b) { return a / b; };
constexpr auto power = [](Scalar a, Scalar b) { return std::pow(a, b); };
constexpr auto negative = [](Scalar a) { return -a; };

}  // namespace

/// z = x + y.   dx = dz, dy = dz.
Tensor add(const Tensor& x, const Tensor& y) {
  return record(
      "add", zip("add", array(x), array(y), plus),
      {{x, [](const Array& dz, const Array&) -> Array { return dz; }}, {y, [](const Array& dz, const Array&) -> Array { return dz; }}});
}

/// z = x - y.   dx = dz, dy = -dz.
Tensor sub(const Tensor& x, const Tensor& y) {
  return record("sub", zip("sub", array(x), array(y), minus),
                {{x, [](const Array& dz, const Array&) -> Array { return dz; }},
                 {y, [](const Array& dz, const Array&) -> Array { return map(dz, negative); }}});
}

/// z = x y.   dx = dz y, dy = dz x.
Tensor mul(const Tensor& x, const Tensor& y) {
  return record("mul", zip("mul", array(x), array(y), times),
                {{x, [=](const Array& dz, const Array&) -> Array { return zip("mul", dz, array(y), times); }},
                 {y, [=](const Array& dz, const Array&) -> Array { return zip("mul", dz, array(x), times); }}});
}

/// z = x / y.   dx = dz / y, dy = -dz z / y.
Tensor div(const Tensor& x, const Tensor& y) {
  return record("div", zip("div", array(x), array(y), over),
                {{x, [=](const Array& dz, const Array&) -> Array { return zip("div", dz, array(y), over); }},
                 {y, [=](const Array& dz, const Array& z) -> Array {
                    Array product = zip("div", dz, z, [](Scalar d, Scalar q) { return -d * q; });
                    return zip("div", product, array(y), over);
                  }}});
}

/// z = x^y.   dx = dz y x^(y-1), dy = dz z log x (0 where x = 0: there z does not depend on y > 0).
Tensor pow(const Tensor& x, const Tensor& y) {
  return record("pow", zip("pow", array(x), array(y), power),
                {{x,
                  [=](const Array& dz, const Array&) -> Array {
                    Array slope = zip("pow", array(x), array(y), [](Scalar a, Scalar b) { return b == 0 ? 0 : b * std::pow(a, b - 1); });
                    return zip("pow", dz, slope, times);
                  }},
                 {y, [=](const Array& dz, const Array& z) -> Array {
                    Array slope = zip("pow", z, array(x), [](Scalar p, Scalar a) { return a == 0 ? 0 : p * std::log(a); });
                    return zip("pow", dz, slope, times);
                  }}});
}

/// z = x^e.   dx = dz e x^(e-1).
Tensor pow(const Tensor& x, double exponent) {
  Scalar e = static_cast<Scalar>(exponent);
  return record("pow", map(array(x), [=](Scalar a) { return std::pow(a, e); }),
                {{x, [=](const Array& dz, const Array&) -> Array {
                    return zip("pow", dz, array(x), [=](Scalar d, Scalar a) { return e == 0 ? 0 : d * e * std::pow(a, e - 1); });
                  }}});
}

/// z = -x.   dx = -dz.
Tensor neg(const Tensor& x) {
  return record("neg", map(array(x), negative), {{x, [](const Array& dz, const Array&) -> Array { return map(dz, negative); }}});
}

}  // namespace qkv
