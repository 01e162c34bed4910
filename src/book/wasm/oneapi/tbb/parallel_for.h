#pragma once
#include <oneapi/tbb/task_arena.h>

// What the engine uses of oneTBB, for a page in a browser, which has one thread: the same work, one piece after another.

namespace tbb {

struct simple_partitioner {};

template <class Index, class Work>
void parallel_for(Index begin, Index end, const Work& work, simple_partitioner) {
  for (Index i = begin; i < end; ++i) work(i);
}

}  // namespace tbb
