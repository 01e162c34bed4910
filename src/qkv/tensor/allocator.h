#pragma once
#include <cstddef>

namespace qkv {

/// Memory that is reused: a training step asks for the same sizes as the step before. So each thread keeps the blocks it released,
/// sorted by size, and reuses them without asking the system. Blocks are aligned to 64 bytes: a cache line, the widest vector register.
/// Throws Error if the system has no memory left.
void* cached_allocate(std::size_t bytes);
void cached_release(void* memory, std::size_t bytes) noexcept;

/// Bytes in use in the whole program, as requested: what tensors hold, without the blocks kept for reuse /
/// the largest such number since the last reset_peak_bytes().
///     reset_peak_bytes();
///     std::size_t before = bytes_in_use();
///     model(x);
///     std::size_t needed = peak_bytes() - before;
std::size_t bytes_in_use();
std::size_t peak_bytes();
void reset_peak_bytes();

/// The allocator with the interface that the standard containers and xtensor expect.
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

/// Uninitialised memory for `count` numbers, freed when the function returns.
template <class T>
class Scratch {
 public:
  explicit Scratch(std::ptrdiff_t count) : count_(static_cast<std::size_t>(count)), data_(CachingAllocator<T>().allocate(count_)) {}
  ~Scratch() { CachingAllocator<T>().deallocate(data_, count_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  T* data() const { return data_; }

 private:
  std::size_t count_;
  T* data_;
};

}  // namespace qkv
