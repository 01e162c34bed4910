#pragma once
#include <qkv/tensor/shape.h>

#include <array>

// Strides, and loops that read operands row by row in the order of one shape, however they are stored. For .cpp files.

namespace qkv {

/// For each axis of a shape, the distance between two neighbours in an operand; 0 where the operand is repeated.
using Strides = std::array<Index, Shape::max_rank>;

/// Strides of an array stored under its own shape / of one that is broadcast to `result`.
inline Strides contiguous_strides(const Shape& shape) {
  Strides strides{};
  Index step = 1;
  for (Index axis = shape.rank() - 1; axis >= 0; --axis) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}
inline Strides broadcast_strides(const Shape& operand, const Shape& result) {
  Strides own = contiguous_strides(operand), strides{};
  for (Index axis = 0; axis < operand.rank(); ++axis)
    if (operand[axis] != 1) strides[result.rank() - operand.rank() + axis] = own[axis];
  return strides;
}

/// Reads a shape row by row, with N operands that each have their own strides. Neighbouring axes are merged where every operand
/// allows it: arrays of the same shape become a single long row.
template <std::size_t N>
struct StridedRows {
  Shape sizes;
  std::array<Strides, N> strides{};

  StridedRows(const Shape& shape, const std::array<Strides, N>& of) {
    for (Index axis = 0; axis < shape.rank(); ++axis) {
      if (shape[axis] == 1) continue;
      std::size_t from = static_cast<std::size_t>(axis), last = static_cast<std::size_t>(sizes.rank());
      bool merge = last > 0;
      for (std::size_t k = 0; k < N && merge; ++k) merge = strides[k][last - 1] == of[k][from] * shape[axis];
      if (merge) {
        sizes[-1] *= shape[axis];
        --last;
      } else {
        sizes.push_back(shape[axis]);
      }
      for (std::size_t k = 0; k < N; ++k) strides[k][last] = of[k][from];
    }
    if (sizes.rank() == 0) {  // a single number
      sizes.push_back(1);
      for (Strides& each : strides) each[0] = 1;
    }
  }

  Index row_length() const { return sizes[-1]; }
  Index row_stride(std::size_t operand) const { return strides[operand][sizes.rank() - 1]; }

  /// Calls row(start, offsets): `start` is the row's position in row-major order, offsets[k] is where it begins in operand k.
  template <class Row>
  void for_each_row(Row row) const {
    std::array<Index, N> offsets{};
    Strides at{};
    Index length = row_length(), count = sizes.count();
    for (Index start = 0; start < count; start += length) {
      row(start, offsets);
      for (Index axis = sizes.rank() - 2; axis >= 0; --axis) {  // as an odometer counts
        std::size_t a = static_cast<std::size_t>(axis);
        for (std::size_t k = 0; k < N; ++k) offsets[k] += strides[k][a];
        if (++at[a] < sizes[axis]) break;
        at[a] = 0;
        for (std::size_t k = 0; k < N; ++k) offsets[k] -= strides[k][a] * sizes[axis];
      }
    }
  }
};

}  // namespace qkv
