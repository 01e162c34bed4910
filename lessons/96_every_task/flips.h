#pragma once
#include "readers.h"

// What one bit can do: a reader that has learned nothing, and the largest change of its answer if one bit of a string flips.

/// A random string of n bits; 16 copies, in each of which another bit is flipped, spread over the string. The largest change of the
/// difference of the two scores.
template <class Reader>
double largest_change(const Reader& reader, Index n, Rng& rng) {
  NoGrad no_graph;
  const Index copies = 16;
  Indices words({1 + copies, 1 + n}, std::vector<Index>((1 + copies) * (1 + n), 3));
  for (Index i = 0; i < n; ++i) {
    const Index bit = rng.below(2);
    for (Index c = 0; c <= copies; ++c) words.values[c * (1 + n) + 1 + i] = 1 + bit;
  }
  for (Index c = 0; c < copies; ++c) {
    Index& word = words.values[(1 + c) * (1 + n) + 1 + c * (n - 1) / (copies - 1)];  // the first and the last bit are among them
    word = 3 - word;
  }
  const Tensor scores = reader(words), margin = select(scores, 1, 1) - select(scores, 1, 0);
  return max(abs(margin - margin[0])).item();
}
