#include <qkv/tensor/allocator.h>
#include <qkv/tensor/check.h>

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

struct Cache {
  std::unordered_map<std::size_t, std::vector<void*>> free;
  std::size_t kept = 0;
  ~Cache();
};

// A plain flag outlives the cache: memory released while the thread ends goes straight back to the system.
thread_local bool cache_gone = false;

Cache& cache() {
  thread_local Cache instance;
  return instance;
}

Cache::~Cache() {
  cache_gone = true;
  for (auto& [size, blocks] : free)
    for (void* block : blocks) ::operator delete(block, std::align_val_t{alignment});
}

}  // namespace

void* cached_allocate(std::size_t bytes) {
  if (bytes == 0) return nullptr;
  std::size_t size = size_class(bytes);
  if (!cache_gone) {
    Cache& mine = cache();
    std::vector<void*>& blocks = mine.free[size];
    if (!blocks.empty()) {
      void* block = blocks.back();
      blocks.pop_back();
      mine.kept -= size;
      return block;
    }
  }
  void* block = ::operator new(size, std::align_val_t{alignment}, std::nothrow);
  require(block != nullptr, "memory: ", bytes, " bytes are not to be had");
  return block;
}

void cached_release(void* memory, std::size_t bytes) noexcept {
  if (memory == nullptr) return;
  std::size_t size = size_class(bytes);
  if (!cache_gone) {
    Cache& mine = cache();
    if (mine.kept + size <= most_kept) {
      try {
        mine.free[size].push_back(memory);
        mine.kept += size;
        return;
      } catch (const std::bad_alloc&) {
        // no room for the note: give the memory back instead
      }
    }
  }
  ::operator delete(memory, std::align_val_t{alignment});
}

}  // namespace qkv
