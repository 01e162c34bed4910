#include <qkv/tensor/strides.h>

namespace qkv {

Strides contiguous_strides(const Shape& shape) {
  Strides strides{};
  Index step = 1;
  for (Index axis = shape.rank() - 1; axis >= 0; --axis) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}

Strides broadcast_strides(const Shape& operand, const Shape& result) {
  Strides own = contiguous_strides(operand), strides{};
  for (Index axis = 0; axis < operand.rank(); ++axis)
    if (operand[axis] != 1) strides[result.rank() - operand.rank() + axis] = own[axis];
  return strides;
}

}  // namespace qkv
