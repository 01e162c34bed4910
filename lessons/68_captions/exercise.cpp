#include "../exercise.h"

// Exercise 68: patches, how likely a name is, hiding a patch, and how much of a map lies in a box.
//   Write what is missing where it says your_turn, then run make exercise-68.

/// A picture cut into squares that do not overlap: x (H, W), H and W multiples of size -> (H / size * W / size, size * size), patches from left to
/// right and from the top down, the numbers of a patch likewise. One reshape into four axes, one permute, one reshape.
Tensor cut(const Tensor& x, Index size) { return your_turn; }

/// log p of a name: the sum of log p of its words. scores (T, V), a row for each word; words (T) -> one number.
/// log_softmax(scores) and at({t, word}).
double log_p_of(const Tensor& scores, const std::vector<Index>& words) { return your_turn; }

/// A copy of the picture (H, W) in which a square of `size` numbers, its upper left corner at (top, left), is white (1). clone() and set().
Tensor without(const Tensor& picture, Index top, Index left, Index size) { return your_turn; }

/// The share of the weight of a map (rows, columns) that lies in the rows from `top` and the columns from `left` on, `height` and `width` of them.
double share_in(const Tensor& map, Index top, Index left, Index height, Index width) { return your_turn; }

#include "exercise_checks.h"
