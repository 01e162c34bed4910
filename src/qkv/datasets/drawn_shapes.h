#pragma once
#include <qkv/datasets/image_set.h>

namespace qkv::datasets {

/// `count` generated pictures (28 x 28) of ten shapes: bars, crosses, rings, ... Position, size and brightness vary, and noise is added
/// everywhere. A small model has something to learn and is able to. The classes take turns.  Throws Error if count is negative.
ImageSet drawn_shapes(Integer count, Rng& rng);

}  // namespace qkv::datasets
