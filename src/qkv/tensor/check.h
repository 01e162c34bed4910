#pragma once
#include <qkv/tensor/error.h>

#include <cstdint>
#include <sstream>
#include <string>

// For the .cpp files: one way to say what is wrong.

namespace qkv {

/// Throws Error with the parts printed one after another: fail("matmul: ", a.shape(), " @ ", b.shape(), ": ...").
template <class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  std::ostringstream message;
  (message << ... << parts);
  throw Error(message.str());
}

/// fail(parts...) unless `rule` holds. The parts are evaluated either way: keep them cheap.
template <class... Parts>
void require(bool rule, const Parts&... parts) {
  if (!rule) fail(parts...);
}

/// Text that comes from a file, so that it can be printed: what could steer a terminal or turn the writing round (control characters, marks
/// of direction) and bytes that are no UTF-8 become \n and \x1b, and what is longer than `most` characters ends in "...".
std::string escaped(const std::string& text, std::size_t most = 80);

}  // namespace qkv
