#pragma once
#include <qkv/tensor/error.h>

#include <cmath>
#include <cstdint>
#include <sstream>
#include <string>
#include <type_traits>

// For the .cpp files: one way to report an error, and to print a number.

namespace qkv {

/// What is printed for a value: a NaN without its sign, which depends on the processor; anything else as it is.
template <class T>
decltype(auto) printable(const T& value) {
  if constexpr (std::is_floating_point<T>::value) return std::isnan(value) ? std::fabs(value) : value;
  else return (value);
}

/// Throws Error with the parts printed one after another: fail("matmul: ", a.shape(), " @ ", b.shape(), ": ...").
template <class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  std::ostringstream message;
  (message << ... << printable(parts));
  throw Error(message.str());
}

/// Calls fail(parts...) unless `rule` holds. The parts are evaluated in both cases, so keep them cheap.
template <class... Parts>
void require(bool rule, const Parts&... parts) {
  if (!rule) fail(parts...);
}

/// Makes text from a file safe to print. Characters that could control a terminal or change the writing direction, and bytes that are not
/// UTF-8, become \n and \x1b. Text longer than `most` characters ends in "...".
std::string escaped(const std::string& text, std::size_t most = 80);

}  // namespace qkv
