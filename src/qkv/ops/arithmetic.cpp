#include <qkv/kernels/vector_math.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/map.h>
#include <qkv/tensor/graph.h>

#include <cmath>
#include <limits>

// Where an input was broadcast, its gradient comes out in the result's shape: the engine sums it back.

namespace qkv {
namespace {

// Lambdas, whose types tell the loops what to inline; a function's address would be called for each number.
constexpr auto plus = [](Scalar a, Scalar b) { return a + b; };
constexpr auto minus = [](Scalar a, Scalar b) { return a - b; };
constexpr auto times = [](Scalar a, Scalar b) { return a * b; };
constexpr auto over = [](Scalar a, Scalar b) { return a / b; };
constexpr auto negative = [](Scalar a) { return -a; };

}  // namespace

/// z = x + y.   dx = dz, dy = dz.
Tensor add(const Tensor& x, const Tensor& y) {
  return record("add", zip("add", array(x), array(y), plus),
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

namespace {

/// x^y, with x and y broadcast / x^e.
Array power(const Array& x, const Array& y) {
  const Shape x_shape = shape_of(x), y_shape = shape_of(y), shape = broadcast_shape(x_shape, y_shape, "pow");
  if (x_shape != shape) return power(broadcast_to(x, shape), y);
  if (y_shape != shape) return power(x, broadcast_to(y, shape));
  Array z = empty_array(shape);
  kernels::parallel(shape.count(), 16, 1024, [&](Index begin, Index end) {
    kernels::pow(x.data() + begin, y.data() + begin, z.data() + begin, end - begin);
  });
  return z;
}
Array power(const Array& x, Scalar e) {
  if (e == 0) return full_array(shape_of(x), 1);
  if (e == 1) return x;
  if (e == 2) return map(x, [](Scalar a) { return a * a; });
  if (e == 3) return map(x, [](Scalar a) { return a * a * a; });
  if (e == -1) return map(x, [](Scalar a) { return 1 / a; });
  constexpr Scalar infinity = std::numeric_limits<Scalar>::infinity();
  const auto root = [](Scalar a) { return a == -infinity ? infinity : std::sqrt(a + 0); };  // of -infinity and -0 as pow has it
  if (e == Scalar(0.5)) return map(x, root);
  if (e == Scalar(1.5)) return map(x, [=](Scalar a) { return std::abs(a) * root(a); });
  Array z = Array::from_shape(x.shape());
  kernels::parallel(static_cast<Index>(x.size()), 16, 1024, [&](Index begin, Index end) {
    kernels::pow(x.data() + begin, e, z.data() + begin, end - begin);
  });
  return z;
}

}  // namespace

/// z = x^y.   dx = dz y x^(y-1), dy = dz z log x (0 where x = 0: there z does not depend on y > 0).
Tensor pow(const Tensor& x, const Tensor& y) {
  return record("pow", power(array(x), array(y)),
                {{x, [=](const Array& dz, const Array&) -> Array {
                    Array lower = power(array(x), map(array(y), [](Scalar b) { return b - 1; }));
                    Array slope = zip("pow", lower, array(y), [](Scalar p, Scalar b) { return b == 0 ? 0 : b * p; });
                    return zip("pow", dz, slope, times);
                  }},
                 {y, [=](const Array& dz, const Array& z) -> Array {
                    Array slope = zip("pow", z, array(x), [](Scalar p, Scalar a) { return a == 0 ? 0 : p * std::log(a); });
                    return zip("pow", dz, slope, times);
                  }}});
}

/// z = x^e.   dx = dz e x^(e-1).
Tensor pow(const Tensor& x, double exponent) {
  const Scalar e = static_cast<Scalar>(exponent);
  return record("pow", power(array(x), e), {{x, [=](const Array& dz, const Array&) -> Array {
                  return zip("pow", dz, power(array(x), e - 1), [=](Scalar d, Scalar p) { return e == 0 ? 0 : d * e * p; });
                }}});
}

/// z = -x.   dx = -dz.
Tensor neg(const Tensor& x) {
  return record("neg", map(array(x), negative),
                {{x, [](const Array& dz, const Array&) -> Array { return map(dz, negative); }}});
}

}  // namespace qkv
