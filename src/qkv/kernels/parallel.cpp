#include <qkv/kernels/parallel.h>
#include <qkv/tensor/check.h>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>

namespace qkv::kernels {
namespace {

int wanted_threads() {
  const char* set = std::getenv("QKV_THREADS");
  int count = set ? std::atoi(set) : static_cast<int>(std::thread::hardware_concurrency());
  return std::max(count, 1);
}

int& thread_count() {
  static int count = wanted_threads();
  return count;
}

tbb::task_arena& arena() {
  static tbb::task_arena instance(thread_count());
  return instance;
}

}  // namespace

int threads() { return thread_count(); }

void set_threads(int count) {
  require(count > 0, "set_threads: ", count, ": must be at least 1");
  thread_count() = count;
  arena().terminate();
  arena().initialize(count);
}

void run_pieces(Index count, Index size, const Piece& piece) {
  if (threads() == 1) {  // the same stretches, one after another
    for (Index begin = 0; begin < count; begin += size) piece(begin, std::min(begin + size, count));
    return;
  }
#ifdef __SANITIZE_THREAD__  // TBB is not built for this sanitizer, which does not see it hand pieces over: plain threads instead
  std::atomic<Index> next{0};
  auto take_pieces = [&] {
    for (Index begin; (begin = next++ * size) < count;) piece(begin, std::min(begin + size, count));
  };
  std::thread beside(take_pieces);
  take_pieces();
  beside.join();
  return;
#endif
  arena().execute([&] {
    tbb::parallel_for(
        Index(0), (count + size - 1) / size, [&](Index i) { piece(i * size, std::min((i + 1) * size, count)); }, tbb::simple_partitioner());
  });
}

}  // namespace qkv::kernels
