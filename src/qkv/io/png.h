#pragma once
#include <qkv/tensor/tensor.h>

#include <string>

namespace qkv::io {

/// A picture of (height, width) or (height, width, 1) grey numbers, or of (height, width, 3) colours, red, green, blue, from 0 to 1, as the
/// bytes of a PNG file. Numbers outside are taken to the nearer end, NaN to 0.  Throws Error at another shape or an empty one, or at more
/// than 8192 pixels a side.  datasets::read_image reads it.
std::string png(const Tensor& picture);

}  // namespace qkv::io
