#include <qkv/ops/compare.h>
#include <qkv/ops/elementwise.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <xtensor/xmath.hpp>

namespace qkv {
namespace {

template <class F>
Mask compare(const char* operation, const Tensor& x, const Tensor& y, F f) {
  Array holds = elementwise(operation, array(x), array(y), [=](Scalar a, Scalar b) { return static_cast<Scalar>(f(a, b)); });
  return {shape_of(holds), std::vector<std::uint8_t>(holds.begin(), holds.end())};
}

/// x where the mask is true, y elsewhere, all three broadcast.
Array chosen(const Mask& mask, const Array& x, const Array& y) {
  Shape shape = broadcast_shape(broadcast_shape(shape_of(x), shape_of(y), "where"), mask.shape, "where");
  Array z = empty_array(shape);
  StridedRows<3> rows(shape,
                      {broadcast_strides(mask.shape, shape), broadcast_strides(shape_of(x), shape), broadcast_strides(shape_of(y), shape)});
  rows.for_each_row([&](Index start, const std::array<Index, 3>& at) {
    const std::uint8_t* __restrict marks = mask.hidden.data() + at[0];
    const Scalar *first = x.data() + at[1], *second = y.data() + at[2];
    Scalar* __restrict out = z.data() + start;
    Index step = rows.row_stride(0), first_step = rows.row_stride(1), second_step = rows.row_stride(2);
    for (Index i = 0; i < rows.row_length(); ++i) {
      Scalar a = first[i * first_step], b = second[i * second_step];  // both are read: a choice is faster than a branch
      out[i] = marks[i * step] ? a : b;
    }
  });
  return z;
}

/// z = the x or y for which sign times it is larger, NaN if one is.   dx = dz where it is x, dz / 2 where both are equal, 0 elsewhere; dy likewise.
template <int sign>
Tensor extreme(const char* operation, const Tensor& x, const Tensor& y) {
  auto larger = [=](Scalar a, Scalar b) { return sign * a > sign * b || a != a ? a : b; };
  auto share = [=](Scalar a, Scalar b) { return sign * a < sign * b ? Scalar(0) : a == b ? Scalar(0.5) : Scalar(1); };
  auto dx = [=](const Array& dz) -> Array { return dz * elementwise(operation, array(x), array(y), share); };
  auto dy = [=](const Array& dz) -> Array { return dz * elementwise(operation, array(y), array(x), share); };
  return record(operation, elementwise(operation, array(x), array(y), larger), {{x, dx}, {y, dy}});
}

}  // namespace

// clang-format off
Mask operator<(const Tensor& x, const Tensor& y)  { return compare("<",  x, y, [](Scalar a, Scalar b) { return a < b; }); }
Mask operator<=(const Tensor& x, const Tensor& y) { return compare("<=", x, y, [](Scalar a, Scalar b) { return a <= b; }); }
Mask operator>(const Tensor& x, const Tensor& y)  { return compare(">",  x, y, [](Scalar a, Scalar b) { return a > b; }); }
Mask operator>=(const Tensor& x, const Tensor& y) { return compare(">=", x, y, [](Scalar a, Scalar b) { return a >= b; }); }
Mask operator==(const Tensor& x, const Tensor& y) { return compare("==", x, y, [](Scalar a, Scalar b) { return a == b; }); }
Mask operator!=(const Tensor& x, const Tensor& y) { return compare("!=", x, y, [](Scalar a, Scalar b) { return a != b; }); }
// clang-format on

/// z = x where the mask is true, y elsewhere.   dx = dz there, 0 elsewhere; dy the other way round.
Tensor where(const Mask& mask, const Tensor& x, const Tensor& y) {
  mask.check("where");
  auto shared = std::make_shared<Mask>(mask);  // by both gradients
  Array zero = full_array({}, 0);
  auto dx = [=](const Array& dz) -> Array { return chosen(*shared, dz, zero); };
  auto dy = [=](const Array& dz) -> Array { return chosen(*shared, zero, dz); };
  return record("where", chosen(mask, array(x), array(y)), {{x, dx}, {y, dy}});
}

Tensor maximum(const Tensor& x, const Tensor& y) { return extreme<1>("maximum", x, y); }
Tensor minimum(const Tensor& x, const Tensor& y) { return extreme<-1>("minimum", x, y); }

/// y = min(max(x, low), high).   dx = dy where low <= x <= high, 0 elsewhere.
Tensor clamp(const Tensor& x, double low, double high) {
  require(low <= high, "clamp: from ", low, " to ", high, ": must not fall");
  Scalar least = static_cast<Scalar>(low), most = static_cast<Scalar>(high);
  auto dx = [=](const Array& dy) -> Array { return xt::where(array(x) >= least && array(x) <= most, dy, Scalar(0)); };
  auto cut = [=](Scalar a, Scalar) { return a < least ? least : a > most ? most : a; };
  return record("clamp", elementwise("clamp", array(x), full_array({}, 0), cut), {{x, dx}});
}

}  // namespace qkv
