#pragma once
#include <qkv/tensor/scalar.h>

#include <functional>

// Divides work among threads. Where the pieces begin and end does not depend on the number of threads, so the results do not either.

namespace qkv::kernels {

/// The number of threads that the library uses: all processors, or $QKV_THREADS, until set_threads() changes it.
int threads();
/// Throws Error unless count > 0.
void set_threads(int count);

/// A piece of work: the indices [begin, end).
using Piece = std::function<void(Index, Index)>;

/// Runs piece(begin, end) over [0, count) in pieces of `size` (the last may be shorter), on several threads if there are several pieces.
/// An exception in a piece is passed on to the caller.
void run_pieces(Index count, Index size, const Piece& piece);

/// The same for a lambda. `cost` is the work of one of the `count` items, in numbers touched. Work that is shorter than waking a thread
/// is not divided. A piece has at least `smallest` items.
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
