#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv::datasets {

/// A picture from a PNG file as (height, width, channels), each number from 0 to 1; 1 channel if the file is grey, 3 (red, green, blue)
/// if it is coloured. An alpha channel is dropped; 16 bits are read as 8.
/// Throws Error, naming the file, if it cannot be read, is no PNG or damaged (every checksum is compared; a colour beyond the palette, more
/// or fewer pixels than the header says, bytes behind the end), has more than 64 MiB, or more than 8192 pixels a side or 2^24 in all.
Tensor read_image(const std::string& path);

}  // namespace qkv::datasets
