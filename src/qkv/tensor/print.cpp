#include <qkv/tensor/check.h>
#include <qkv/tensor/tensor.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>

namespace qkv {
namespace {

constexpr Index longest = 12;  // an axis with more entries is shown by its first and last three

std::string decimal(Scalar number, bool whole) {
  char text[64];
  double shown = printable(static_cast<double>(number));
  bool plain = whole || !std::isfinite(shown) || (std::fabs(shown) < 1e6 && (shown == 0 || std::fabs(shown) >= 1e-4));
  std::snprintf(text, sizeof text, whole ? "%.0f" : plain ? "%.4f" : "%.4e", shown == 0 ? 0.0 : shown);
  return text;
}

void print_rows(std::ostream& out, const Shape& shape, const Scalar* numbers, bool whole, std::size_t width, std::size_t indent) {
  if (shape.rank() == 0) {
    std::string text = decimal(*numbers, whole);
    out << std::string(width - std::min(width, text.size()), ' ') << text;
    return;
  }
  Shape row = shape.without(0);
  std::string separator = row.rank() ? "," + std::string(static_cast<std::size_t>(row.rank()), '\n') + std::string(indent + 1, ' ') : ", ";
  out << '[';
  for (Index i = 0; i < shape[0]; ++i) {
    if (i) out << separator;
    if (shape[0] > longest && i == 3) {
      out << "..." << separator;
      i = shape[0] - 3;
    }
    print_rows(out, row, numbers + i * row.count(), whole, width, indent + 1);
  }
  out << ']';
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Tensor& x) {
  if (!x.defined()) return out << "(empty tensor)";
  const Scalar *first = x.data(), *last = first + x.size();
  bool whole = std::all_of(first, last, [](Scalar v) { return v == std::floor(v) && std::fabs(v) < Scalar(1e7); });
  std::size_t width = 0;
  for (const Scalar* number = first; number != last; ++number) width = std::max(width, decimal(*number, whole).size());
  print_rows(out, x.shape(), first, whole, x.rank() ? width : 0, 0);
  return out;
}

}  // namespace qkv
