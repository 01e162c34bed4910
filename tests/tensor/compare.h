#pragma once
#include <doctest/doctest.h>
#include <qkv/tensor/error.h>
#include <qkv/tensor/tensor.h>

#include <cmath>
#include <limits>
#include <sstream>

namespace qkv {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// What a handful of roundings may cost, relative to a number of size 1.
constexpr double rounding = sizeof(Scalar) == 8 ? 1e-13 : 2e-6;

/// "" if two tensors have one shape and equal numbers, within tolerance * (1 + |want|); otherwise the first difference. NaN equals NaN.
inline std::string difference(const Tensor& got, const Tensor& want, double tolerance = rounding) {
  std::ostringstream out;
  out.precision(12);
  if (got.shape() != want.shape()) {
    out << "shape " << got.shape() << ", want " << want.shape();
    return out.str();
  }
  for (Index i = 0; i < got.size(); ++i) {
    double a = static_cast<double>(got.data()[i]), b = static_cast<double>(want.data()[i]);
    bool equal = a == b || (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= tolerance * (1 + std::abs(b));
    if (equal) continue;
    out << "number " << i << " of shape " << want.shape() << ": " << a << ", want " << b;
    return out.str();
  }
  return "";
}

template <class T>
std::string printed(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

}  // namespace qkv

#define CHECK_CLOSE(...) CHECK(qkv::difference(__VA_ARGS__) == "")
