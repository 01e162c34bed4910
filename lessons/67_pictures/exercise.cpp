#include "../exercise.h"

// Exercise 67: patches, boxes, and how well things were found.
//   Write what is missing where it says your_turn, then run make exercise-67.

/// A picture (h, w) cut into patches of p x p, row by row, each written as one row of its pixels: (h/p w/p, p p).
/// reshape to (h/p, p, w/p, p), permute so that both p stand last, reshape again.
Tensor patches_of(const Tensor& picture, Index p) { return your_turn; }

/// Hides, in each picture, the patch with the largest weight. weights (B, patches) -> a mask of the same shape, 1 = hidden.
/// argmax(weights) holds one index for each picture; a Mask is made of a shape and of its marks: Mask({2, 3}, {0, 1, 0, 0, 0, 1}).
Mask hide_most(const Tensor& weights) { return your_turn; }

/// A box, from its left upper to its right lower corner.
struct Corners {
  double left, top, right, bottom;
};

/// Intersection over union: the area that both cover, divided by the area that at least one covers. 0 if they do not meet.
double overlap(const Corners& a, const Corners& b) { return your_turn; }

/// Average precision: walk down the list, the surest first. At each right entry note the share of right ones so far; add up, and divide by
/// `positives`, how many objects there were.
double average_precision(const std::vector<bool>& right, Index positives) { return your_turn; }

#include "exercise_checks.h"
