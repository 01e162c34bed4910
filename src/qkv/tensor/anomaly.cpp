#include <qkv/tensor/anomaly.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace qkv {
namespace {

template <class Rule>
const Scalar* first(const Array& x, Rule rule) {
  const Scalar *end = x.data() + x.size(), *found = std::find_if(x.data(), end, rule);
  return found == end ? nullptr : found;
}
const Scalar* first_nan(const Array& x) {
  return first(x, [](Scalar number) { return std::isnan(number); });
}
const Scalar* first_infinity(const Array& x) {
  return first(x, [](Scalar number) { return std::isinf(number); });
}

/// Where a number of x stands: (0, 1).
Shape place(const Scalar* number, const Array& x) {
  const Shape shape = shape_of(x);
  Shape at = shape;
  Index rest = number - x.data();
  for (Index axis = shape.rank(); axis-- > 0; rest /= shape[axis]) at[axis] = rest % shape[axis];
  return at;
}

}  // namespace

void inspect_value(const char* operation, const Array& value, const std::vector<Tensor>& inputs) {
  const Shape shape = shape_of(value);
  if (const Scalar* nan = first_nan(value)) {
    for (const Tensor& input : inputs)
      if (const Scalar* source = first_nan(array(input)))
        fail("anomaly: '", operation, "' of ", shape, " gives nan at ", place(nan, value), ", and an input ", input.shape(),
             " holds nan at ", place(source, array(input)));
    fail("anomaly: '", operation, "' of ", shape, " gives nan at ", place(nan, value), ", and nothing that went in is nan");
  }
  const Scalar* infinite = first_infinity(value);
  if (!infinite || std::strcmp(operation, "masked_fill") == 0) return;
  for (const Tensor& input : inputs)
    if (first_infinity(array(input))) return;
  fail("anomaly: '", operation, "' of ", shape, " gives ", *infinite, " at ", place(infinite, value),
       ", and nothing that went in is infinite");
}

void inspect_gradient(const char* operation, std::size_t input, const Array& dy, const Array& gradient) {
  const Scalar* wrong = first_nan(gradient);
  if (!wrong && !first_infinity(dy)) wrong = first_infinity(gradient);
  if (wrong)
    fail("anomaly: backward: the gradient ", shape_of(gradient), " of input ", input, " of '", operation, "' is ",
         std::isnan(*wrong) ? "nan" : "infinite", " at ", place(wrong, gradient));
}

}  // namespace qkv
