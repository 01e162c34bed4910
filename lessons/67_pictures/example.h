#pragma once
#include <qkv/qkv.h>

// The small examples of sections 2 and 5: the lesson computes with them.

using namespace qkv;

/// A picture of 4 x 4 in patches of 2 x 2, and a word of three numbers for each patch.
struct Small {
  Tensor picture = tensor({{0.0, 0.1, 0.9, 0.8}, {0.0, 0.2, 0.7, 0.9}, {0.5, 0.5, 0.0, 0.0}, {0.4, 0.6, 0.0, 0.1}});
  Tensor W = tensor({{1, 1, 1, 1}, {1, -1, 1, -1}, {1, 1, -1, -1}});  // sum, left minus right, upper minus lower
};
