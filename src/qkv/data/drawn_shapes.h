#pragma once
#include <qkv/data/image_set.h>

namespace qkv::data {

/// `count` generated pictures (28 x 28) of ten shapes: bars, crosses, rings, ... Position, size and brightness vary, and noise lies over all,
/// so that a model has something to learn; a small one learns it. The classes take turns.  Throws Error if count is negative.
ImageSet drawn_shapes(Index count, Rng& rng);

}  // namespace qkv::data
