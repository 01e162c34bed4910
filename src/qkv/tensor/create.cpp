#include <qkv/kernels/rows.h>
#include <qkv/tensor/array.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace qkv {
namespace {

void require_sizes(const char* operation, const Shape& shape) {
  for (Index size : shape) require(size >= 0, operation, ": shape ", shape, ": sizes must not be negative");
}

/// A tensor whose numbers are next(), next(), ... in reading order.
template <class Next>
Tensor filled(const char* operation, const Shape& shape, Next next) {
  require_sizes(operation, shape);
  Array result = empty_array(shape);
  for (Scalar& number : result.storage()) number = static_cast<Scalar>(next());
  return from_array(std::move(result));
}

}  // namespace

Tensor tensor(std::initializer_list<Nested> rows) {
  Nested nested(rows);
  std::vector<double> numbers = nested.numbers();
  std::size_t i = 0;
  return filled("tensor", nested.shape("tensor"), [&] { return numbers[i++]; });
}

Tensor tensor(const Shape& shape, const std::vector<Scalar>& numbers) {
  require_sizes("tensor", shape);
  require(shape.count() == static_cast<Index>(numbers.size()), "tensor: shape ", shape, " holds ", shape.count(), " numbers, got ",
          numbers.size());
  std::size_t i = 0;
  return filled("tensor", shape, [&] { return numbers[i++]; });
}

Tensor full(const Shape& shape, double number) {
  return filled("full", shape, [=] { return number; });
}
Tensor zeros(const Shape& shape) {
  return filled("zeros", shape, [] { return 0; });
}
Tensor ones(const Shape& shape) {
  return filled("ones", shape, [] { return 1; });
}

Tensor zeros_like(const Tensor& x) { return zeros(x.shape()); }
Tensor ones_like(const Tensor& x) { return ones(x.shape()); }

Tensor arange(double start, double stop, double step) {
  double count = std::ceil((stop - start) / step);
  require(std::isfinite(count) && count >= 0, "arange: from ", start, " to ", stop, " by ", step, ": must be finite, and lead there");
  require(count < 0x1p48, "arange: from ", start, " to ", stop, " by ", step, ": more numbers than any memory");
  double i = 0;
  return filled("arange", {static_cast<Index>(count)}, [&] { return start + step * i++; });
}

Tensor linspace(double start, double stop, Integer count) {
  require(std::isfinite(stop - start), "linspace: from ", start, " to ", stop, ": must be finite");
  double i = 0, last = static_cast<double>(count - 1);
  return filled("linspace", {count}, [&] {
    double part = last > 0 ? i++ / last : 0;
    return (1 - part) * start + part * stop;  // exact at both ends
  });
}

Tensor eye(Integer n) {
  require(n >= 0, "eye: n is ", n, ": must not be negative");
  Tensor result = zeros({n, n});
  for (Index i = 0; i < n; ++i) result.set({i, i}, 1);
  return result;
}

Tensor rand(const Shape& shape, Rng& rng, double low, double high) {
  require(low <= high && std::isfinite(high - low), "rand: from ", low, " to ", high, ": must be finite, and not fall");
  // A draw just below `high` may round to it, and must not: it becomes the largest Scalar below.
  const Scalar end = static_cast<Scalar>(high);
  const bool above = static_cast<double>(end) >= high;  // high itself may have been rounded down: then the end is among the numbers
  return filled("rand", shape, [&] {
    const Scalar draw = static_cast<Scalar>(rng.uniform(low, high));
    return low < high && draw >= end && above ? std::nextafter(end, -std::numeric_limits<Scalar>::infinity()) : draw;
  });
}
Tensor randn(const Shape& shape, Rng& rng, double mean, double standard_deviation) {
  require(std::isfinite(mean) && std::isfinite(standard_deviation) && standard_deviation >= 0, "randn: mean ", mean,
          ", standard deviation ", standard_deviation, ": must be finite, and the deviation not negative");
  return filled("randn", shape, [&] { return rng.normal(mean, standard_deviation); });
}

Tensor one_hot(const Indices& indices, Integer classes) {
  require(classes >= 0, "one_hot: ", classes, " classes: must not be negative");
  indices.check("one_hot");
  Shape shape = indices.shape;
  shape.push_back(classes);
  Tensor result = zeros(shape);
  Scalar* row = result.mutable_data();
  for (Index index : indices.values) {
    require(index >= 0 && index < classes, "one_hot: index ", index, ": must be from 0 to ", classes - 1);
    row[index] = 1;
    row += classes;
  }
  return result;
}

Indices argmax(const Tensor& x, Integer axis) {
  Shape shape = x.shape();
  axis = shape.position(axis, "argmax");
  Index n = shape[axis], inner = shape.part(axis + 1, shape.rank()).count(), outer = shape.part(0, axis).count();
  require(n > 0, "argmax: axis ", axis, " of ", shape, " is empty");
  std::vector<Index> first(static_cast<std::size_t>(outer * inner));
  if (inner == 1) kernels::first_largest(x.data(), outer, n, first.data());
  else
    for (Index o = 0; o < outer; ++o) kernels::first_largest_down(x.data() + o * n * inner, n, inner, first.data() + o * inner);
  return Indices(shape.without(axis), std::move(first));
}

}  // namespace qkv
