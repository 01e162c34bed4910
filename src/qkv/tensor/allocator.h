#pragma once
#include <cstddef>

namespace qkv {

/// Memory that is used again: a training step asks for the same sizes as the step before, so each thread keeps what it gave back,
/// by size, and hands it out again without asking the system. Aligned to 64 bytes, a cache line and the widest vector register.
/// Throws Error if the system has no more.
void* cached_allocate(std::size_t bytes);
void cached_release(void* memory, std::size_t bytes) noexcept;

/// The same in the shape that the standard containers and xtensor expect.
template <class T>
struct CachingAllocator {
  using value_type = T;
  CachingAllocator() = default;
  template <class U>
  CachingAllocator(const CachingAllocator<U>&) {}
  T* allocate(std::size_t count) { return static_cast<T*>(cached_allocate(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t count) noexcept { cached_release(memory, count * sizeof(T)); }
  bool operator==(const CachingAllocator&) const { return true; }
  bool operator!=(const CachingAllocator&) const { return false; }
};

}  // namespace qkv
