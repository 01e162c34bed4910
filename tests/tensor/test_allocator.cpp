#include "compare.h"

#include <qkv/tensor/allocator.h>

#include <cstring>
#include <thread>
#include <vector>

using namespace qkv;

TEST_CASE("allocator: aligned, distinct and all ours") {
  std::vector<std::pair<char*, std::size_t>> blocks;
  for (std::size_t bytes : {1, 63, 64, 65, 255, 256, 257, 1000, 4096, 5000, 100000}) {
    for (int twice = 0; twice < 2; ++twice) {
      char* block = static_cast<char*>(cached_allocate(bytes));
      CHECK(reinterpret_cast<std::uintptr_t>(block) % 64 == 0);
      std::memset(block, static_cast<int>(blocks.size()), bytes);
      blocks.emplace_back(block, bytes);
    }
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    auto [block, bytes] = blocks[i];
    CHECK(block[0] == static_cast<char>(i));
    CHECK(block[bytes - 1] == static_cast<char>(i));
    cached_release(block, bytes);
  }
}

TEST_CASE("allocator: memory given back is handed out again") {
  void* first = cached_allocate(12345);
  cached_release(first, 12345);
  void* second = cached_allocate(12345);
  CHECK(first == second);
  cached_release(second, 12345);
}

TEST_CASE("allocator: nothing, and too much") {
  CHECK(cached_allocate(0) == nullptr);
  cached_release(nullptr, 0);
  CHECK_THROWS_WITH_AS(cached_allocate(std::size_t{1} << 50), "memory: 1125899906842624 bytes are not to be had", Error);
  // What is larger than the cache goes straight back.
  std::size_t large = std::size_t{300} << 20;
  cached_release(cached_allocate(large), large);
}

TEST_CASE("allocator: memory may be given back by another thread, and at its end") {
  void* block = cached_allocate(777);
  std::thread([&] {
    cached_release(block, 777);
    CHECK(cached_allocate(777) == block);
    cached_release(block, 777);
  }).join();
  Tensor made;
  std::thread([&] { made = ones({10}); }).join();
  CHECK(made.at({9}) == 1);
}

TEST_CASE("allocator: what is in use, and the most there was at once") {
  std::size_t before = bytes_in_use();
  reset_peak_bytes();
  CHECK(peak_bytes() == before);
  void* first = cached_allocate(1000);
  void* second = cached_allocate(300);
  CHECK(bytes_in_use() == before + 1300);
  cached_release(first, 1000);
  CHECK(bytes_in_use() == before + 300);
  CHECK(peak_bytes() == before + 1300);
  void* again = cached_allocate(900);  // kept memory handed out again counts by what was asked for
  CHECK(bytes_in_use() == before + 1200);
  CHECK(peak_bytes() == before + 1300);
  std::thread([&] { cached_release(again, 900); }).join();
  cached_release(second, 300);
  CHECK(bytes_in_use() == before);
  reset_peak_bytes();
  {
    Tensor x = ones({10, 7});
    CHECK(bytes_in_use() == before + 70 * sizeof(Scalar));
  }
  CHECK(bytes_in_use() == before);
  CHECK(peak_bytes() >= before + 70 * sizeof(Scalar));
  CHECK_THROWS_AS(cached_allocate(std::size_t{1} << 50), Error);
  CHECK(bytes_in_use() == before);
}
