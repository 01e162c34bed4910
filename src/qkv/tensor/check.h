#pragma once
#include <qkv/tensor/error.h>

#include <sstream>

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

}  // namespace qkv
