#pragma once
#include <qkv/tensor/handle.h>

#include <atomic>

namespace qkv {

/// What a Handle points at. A copy of it has handles of its own. The count is atomic, for threads may share a tensor that they only read.
struct Counted {
  mutable std::atomic<long> handles{0};

  Counted() = default;
  Counted(const Counted&) {}
  Counted& operator=(const Counted&) { return *this; }
};

}  // namespace qkv
