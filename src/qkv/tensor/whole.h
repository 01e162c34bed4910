#pragma once
#include <qkv/tensor/indices.h>

// For the .cpp files. The shape of indices and masks and what they hold are open to be written, and may have been set apart.

namespace qkv {

/// Throw Error, naming `operation`, unless there are as many values (marks) as the shape says.
void require_whole(const char* operation, const Indices& indices);
void require_whole(const char* operation, const Mask& mask);

}  // namespace qkv
