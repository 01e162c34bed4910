#pragma once
#include <cstddef>

namespace qkv {

/// Memory that is used again: a training step asks for the same sizes as the step before, so each thread keeps what it gave back,
/// by size, and hands it out again without asking the system. Aligned to 64 bytes, a cache line and the widest vector register.
/// Throws Error if the system has no more.
void* cached_allocate(std::size_t bytes);
void cached_release(void* memory, std::size_t bytes) noexcept;

/// How many bytes are in use in the whole program, as they were asked for: what tensors hold, and not what is kept for later /
/// the most there were at once since the last reset_peak_bytes().
///     reset_peak_bytes();
///     std::size_t before = bytes_in_use();
///     model(x);
///     std::size_t needed = peak_bytes() - before;
std::size_t bytes_in_use();
std::size_t peak_bytes();
void reset_peak_bytes();

/// The allocator in the shape that the standard containers and xtensor expect.
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

/// Room for `count` numbers that are not set yet, for as long as a function runs.
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
