#include <qkv/tensor/anomaly.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace qkv {
namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

template <class Rule>
std::size_t first(const Array& x, Rule rule) {
  const Scalar* found = std::find_if(x.data(), x.data() + x.size(), rule);
  return found == x.data() + x.size() ? nowhere : static_cast<std::size_t>(found - x.data());
}
std::size_t first_nan(const Array& x) {
  return first(x, [](Scalar number) { return std::isnan(number); });
}
std::size_t first_infinity(const Array& x) {
  return first(x, [](Scalar number) { return std::isinf(number); });
}

/// Where number i in reading order stands: (0, 1).
Shape place(std::size_t i, const Shape& shape) {
  Shape at = shape;
  Index rest = static_cast<Index>(i);
  for (Index axis = shape.rank(); axis-- > 0; rest /= shape[axis]) at[axis] = rest % shape[axis];
  return at;
}

}  // namespace

void inspect_value(const char* operation, const Array& value, const std::vector<Tensor>& inputs) {
  Shape shape = shape_of(value);
  if (std::size_t at = first_nan(value); at != nowhere) {
    for (const Tensor& input : inputs)
      if (std::size_t source = first_nan(array(input)); source != nowhere)
        fail("anomaly: '", operation, "' of ", shape, " gives nan at ", place(at, shape), ", and an input ", input.shape(),
             " holds nan at ", place(source, input.shape()));
    fail("anomaly: '", operation, "' of ", shape, " gives nan at ", place(at, shape), ", and nothing that went in is nan");
  }
  std::size_t at = first_infinity(value);
  if (at == nowhere || std::strcmp(operation, "masked_fill") == 0) return;
  for (const Tensor& input : inputs)
    if (first_infinity(array(input)) != nowhere) return;
  fail("anomaly: '", operation, "' of ", shape, " gives ", value.data()[at], " at ", place(at, shape),
       ", and nothing that went in is infinite");
}

void inspect_gradient(const char* operation, std::size_t input, const Array& dy, const Array& gradient) {
  std::size_t at = first_nan(gradient);
  if (at == nowhere && first_infinity(dy) == nowhere) at = first_infinity(gradient);
  if (at == nowhere) return;
  Shape shape = shape_of(gradient);
  fail("anomaly: backward: the gradient ", shape, " of input ", input, " of '", operation, "' is ",
       std::isnan(gradient.data()[at]) ? "nan" : "infinite", " at ", place(at, shape));
}

}  // namespace qkv
