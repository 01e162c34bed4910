#pragma once
#include <qkv/tensor/scalar.h>

#include <functional>

// Work divided among threads, in pieces whose borders do not depend on how many threads there are: neither do the results.

namespace qkv::kernels {

/// Threads that the library works with: all processors, or $QKV_THREADS, until set_threads() says otherwise.
int threads();
/// Throws Error unless count > 0.
void set_threads(int count);

/// A piece of work: the numbers [begin, end).
using Piece = std::function<void(Index, Index)>;

/// Runs piece(begin, end) over [0, count) in stretches of `size`, the last perhaps shorter, on several threads if there is more than one stretch.
/// An exception in a piece reaches the caller.
void run_pieces(Index count, Index size, const Piece& piece);

/// The same for a lambda. `cost` is the work of one of the `count` items, in numbers touched: what takes less than a thread's waking is not
/// divided. A stretch has at least `smallest` items.
template <class Work>
void parallel(Index count, Index cost, Index smallest, const Work& work) {
  constexpr Index worth_it = 32768;
  Index size = worth_it / (cost > 0 ? cost : 1);
  if (size < smallest) size = smallest;
  if (size >= count || count * cost < 2 * worth_it) {
    if (count > 0) work(0, count);
    return;
  }
  run_pieces(count, size, work);
}

}  // namespace qkv::kernels
