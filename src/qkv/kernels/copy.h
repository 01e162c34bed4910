#pragma once
#include <qkv/tensor/scalar.h>

#include <algorithm>

// Copies of many short rows: calling memcpy for each row would take longer than copying its numbers.

namespace qkv::kernels {

/// Copies the n numbers that start at x to out.
inline void copy_short(const Scalar* x, Index n, Scalar* out) {
  constexpr Index chunk = 4;  // of a size that the compiler knows: a move, and no call
  if (n > 4 * chunk) {
    std::copy_n(x, n, out);
    return;
  }
  for (; n >= chunk; n -= chunk, x += chunk, out += chunk) std::copy_n(x, chunk, out);
  if (n >= 2) std::copy_n(x, 2, out);
  if (n % 2) out[n - 1] = x[n - 1];
}

/// Copies `rows` rows of n numbers. Rows of x start `stride` apart, rows of out `out_stride` apart.
inline void copy_rows(const Scalar* __restrict x, Index rows, Index n, Index stride, Scalar* __restrict out, Index out_stride) {
  if (n == 1 && out_stride == 1 && stride == 2)  // a distance that the compiler knows: it takes whole registers
    for (Index r = 0; r < rows; ++r) out[r] = x[2 * r];
  else if (n == 1)
    for (Index r = 0; r < rows; ++r) out[r * out_stride] = x[r * stride];
  else
    for (Index r = 0; r < rows; ++r) copy_short(x + r * stride, n, out + r * out_stride);
}

}  // namespace qkv::kernels
