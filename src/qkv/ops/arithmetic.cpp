#include <qkv/kernels/vector_math.h>
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

namespace {

/// x^e for one exponent: by multiplication and roots where that is exact.
Array power(const Array& x, Scalar e) {
  if (e == 0) return full_array(shape_of(x), 1);
  if (e == 1) return x;
  if (e == 2) return x * x;
  if (e == 3) return x * x * x;
  if (e == -1) return 1 / x;
  if (e == Scalar(0.5) || e == Scalar(1.5)) {
    Array root = elementwise(x + 0, kernels::sqrt);  // of -0 and -infinity as pow has it: 0 and infinity
    root = xt::where(xt::equal(x, -static_cast<Scalar>(infinity)), static_cast<Scalar>(infinity), root);
    return e == Scalar(0.5) ? root : Array(xt::abs(x) * root);
  }
  Array z = Array::from_shape(x.shape());
  kernels::parallel(static_cast<Index>(x.size()), 16, 1024,
                    [&](Index begin, Index end) { kernels::pow(x.data() + begin, e, z.data() + begin, end - begin); });
  return z;
}

/// x^y, with x and y broadcast.
Array power(const Array& x, const Array& y) {
  if (y.dimension() == 0) return power(x, y());
  const Shape x_shape = shape_of(x), y_shape = shape_of(y), shape = broadcast_shape(x_shape, y_shape, "pow");
  if (x_shape != shape) return power(broadcast_to(x, shape), y);
  if (y_shape != shape) return power(x, broadcast_to(y, shape));
  Array z = empty_array(shape);
  kernels::parallel(shape.count(), 16, 1024,
                    [&](Index begin, Index end) { kernels::pow(x.data() + begin, y.data() + begin, z.data() + begin, end - begin); });
  return z;
}

}  // namespace

/// z = x^y.   dx = dz y x^(y-1) (0 where y = 0), dy = dz z log x (0 where x = 0: there z does not depend on y > 0).
Tensor pow(const Tensor& x, const Tensor& y) {
  auto dx = [=](const Array& dz) -> Array {
    Array slope = elementwise("pow", power(array(x), array(y) - 1), array(y), [](Scalar p, Scalar b) { return b == 0 ? 0 : b * p; });
    return dz * slope;
  };
  auto dy = [=](const Array& dz, const Array& z) -> Array {
    Array slope = elementwise("pow", z, array(x), [](Scalar p, Scalar a) { return a == 0 ? 0 : p * std::log(a); });
    return dz * slope;
  };
  return record("pow", power(array(x), array(y)), {{x, dx}, {y, dy}});
}

}  // namespace qkv
