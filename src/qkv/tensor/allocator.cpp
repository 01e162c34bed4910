#include <qkv/tensor/allocator.h>
#include <qkv/tensor/check.h>

#include <array>
#include <atomic>
#include <new>
#include <vector>

namespace qkv {
namespace {

constexpr std::size_t alignment = 64;
constexpr std::size_t most_kept = std::size_t{256} << 20;  // bytes a thread keeps for later, at most

/// Blocks come in four sizes an octave: at most a quarter is wasted, and nearly equal sizes share their memory.
struct SizeClass {
  std::size_t number, bytes;

  explicit SizeClass(std::size_t wanted) {
    const int octave = wanted < 4 * alignment ? 8 : 63 - __builtin_clzll(wanted - 1), step = octave - 2;  // powers of two
    number = 4 * static_cast<std::size_t>(octave) + ((wanted - 1) >> step);
    bytes = (((wanted - 1) >> step) + 1) << step;
  }
};

// A plain flag outlives the cache: memory released while the thread ends goes straight back to the system.
thread_local bool cache_gone = false;

struct Cache {
  std::array<std::vector<void*>, 4 * 65> free;  // by the size's number
  std::size_t kept = 0;

  ~Cache() {
    cache_gone = true;
    for (const std::vector<void*>& blocks : free)
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
  const SizeClass size(bytes);
  if (Cache* mine = cache()) {
    std::vector<void*>& blocks = mine->free[size.number];
    if (!blocks.empty()) {
      void* block = blocks.back();
      blocks.pop_back();
      mine->kept -= size.bytes;
      return count(block, bytes);
    }
  }
  void* block = ::operator new (size.bytes, std::align_val_t{alignment}, std::nothrow);
  require(block != nullptr, "memory: ", bytes, " bytes are not to be had");
  return count(block, bytes);
}

void cached_release(void* memory, std::size_t bytes) noexcept {
  if (memory == nullptr) return;
  in_use.fetch_sub(bytes, std::memory_order_relaxed);
  const SizeClass size(bytes);
  try {
    if (Cache* mine = cache(); mine && mine->kept + size.bytes <= most_kept) {
      mine->free[size.number].push_back(memory);
      mine->kept += size.bytes;
      return;
    }
  } catch (const std::bad_alloc&) {
    // no room for the note: give the memory back instead
  }
  ::operator delete (memory, std::align_val_t{alignment});
}

}  // namespace qkv
