#pragma once
#include <qkv/tensor/array.h>

// The checks that FindAnomaly (tensor/mode.h) switches on: they look at the results of an operation. For graph.cpp.

namespace qkv {

/// Throws Error, naming the operation, if its result holds a NaN, or an infinity although no input is infinite.
void inspect_value(const char* operation, const Array& value, const std::vector<Tensor>& inputs);
/// Throws Error, naming the operation, if the gradient of its input (counted from 0) holds a NaN, or an infinity although `dy`, from which
/// it was computed, holds none.
void inspect_gradient(const char* operation, std::size_t input, const Array& dy, const Array& gradient);

}  // namespace qkv
