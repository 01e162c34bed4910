#pragma once
#include <qkv/tensor/array.h>

// What FindAnomaly (tensor/mode.h) switches on: looks at what an operation made. For graph.cpp.

namespace qkv {

/// Throws Error, naming the operation, if it made a NaN, or an infinity although no input is infinite.
void inspect_value(const char* operation, const Array& value, const std::vector<Tensor>& inputs);
/// Throws Error, naming the operation, if the gradient of its input (from 0) holds a NaN, or an infinity although `dy`, which it was made
/// from, holds none.
void inspect_gradient(const char* operation, std::size_t input, const Array& dy, const Array& gradient);

}  // namespace qkv
