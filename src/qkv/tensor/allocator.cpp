#include <qkv/tensor/allocator.h>
#include <qkv/tensor/check.h>

#include <atomic>
#include <new>
#include <unordered_map>
#include <vector>

namespace qkv {
namespace {

constexpr std::size_t alignment = 64;
constexpr std::size_t most_kept = std::size_t{256} << 20;  // bytes a thread keeps for later, at most

std::size_t size_class(std::size_t bytes) {
  // Four classes an octave: at most a quarter is wasted, and nearly equal sizes share their memory.
  std::size_t octave = alignment;
  while (octave <= bytes / 2) octave *= 2;
  std::size_t step = octave < 4 * alignment ? alignment : octave / 4;
  return (bytes + step - 1) / step * step;
}

// A plain flag outlives the cache: memory released while the thread ends goes straight back to the system.
thread_local bool cache_gone = false;

struct Cache {
  std::unordered_map<std::size_t, std::vector<void*>> free;
  std::size_t kept = 0;

  ~Cache() {
    cache_gone = true;
    for (auto& [size, blocks] : free)
      for (void* block : blocks) ::operator delete (block, std::align_val_t{alignment});
  }
};

/// This thread's, while there is one.
Cache* cache() {
  thread_local Cache instance;
  return cache_gone ? nullptr : &instance;
}

// Counted for all threads together, for one may give back what another one took.
std::atomic<std::size_t> in_use{0}, peak{0};

void* count(void* block, std::size_t bytes) {
  std::size_t now = in_use.fetch_add(bytes, std::memory_order_relaxed) + bytes, before = peak.load(std::memory_order_relaxed);
  while (before < now && !peak.compare_exchange_weak(before, now, std::memory_order_relaxed)) {
  }
  return block;
}

}  // namespace

std::size_t bytes_in_use() { return in_use; }
std::size_t peak_bytes() { return peak; }
void reset_peak_bytes() { peak = in_use.load(); }

void* cached_allocate(std::size_t bytes) {
  if (bytes == 0) return nullptr;
  std::size_t size = size_class(bytes);
  if (Cache* mine = cache()) {
    std::vector<void*>& blocks = mine->free[size];
    if (!blocks.empty()) {
      void* block = blocks.back();
      blocks.pop_back();
      mine->kept -= size;
      return count(block, bytes);
    }
  }
  void* block = ::operator new (size, std::align_val_t{alignment}, std::nothrow);
  require(block != nullptr, "memory: ", bytes, " bytes are not to be had");
  return count(block, bytes);
}

void cached_release(void* memory, std::size_t bytes) noexcept {
  if (memory == nullptr) return;
  in_use.fetch_sub(bytes, std::memory_order_relaxed);
  std::size_t size = size_class(bytes);
  try {
    if (Cache* mine = cache(); mine && mine->kept + size <= most_kept) {
      mine->free[size].push_back(memory);
      mine->kept += size;
      return;
    }
  } catch (const std::bad_alloc&) {
    // no room for the note: give the memory back instead
  }
  ::operator delete (memory, std::align_val_t{alignment});
}

}  // namespace qkv
