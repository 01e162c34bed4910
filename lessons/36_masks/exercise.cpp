#include "../exercise.h"

// Exercise 36: masks with your own hands. A mask is 1 where attention may NOT go.
//   Write what is missing where it says your_turn, then run make exercise-36.

/// The future is hidden: query i may see the keys 0 to i.  -> (n, n).
/// Mask mask({n, n}, std::vector<std::uint8_t>(n * n)) hides nothing yet; mask.hidden[i * n + j] = 1 hides key j from query i.
Mask future(Index n) { return your_turn; }

/// Local attention: query i sees only the keys i - 1, i and i + 1.  -> (n, n).
Mask neighbours_only(Index n) { return your_turn; }

/// Padding: of the `longest` keys of sentence b only the first lengths[b] are words.  -> (B, longest).
Mask fillers(const std::vector<Index>& lengths, Index longest) { return your_turn; }

/// The weights under a mask, by loops: exp(S_ij) / the sum of exp(S_ik) over the keys that i may see; 0 for hidden ones, and all 0 in a row
/// with nothing left.  S (n, m), mask (n, m) -> (n, m).  Take the row's largest score that is not hidden away from all first.
Tensor weights(const Tensor& S, const Mask& mask) { return your_turn; }

#include "exercise_checks.h"
