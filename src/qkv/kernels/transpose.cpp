#include <qkv/kernels/simd.h>
#include <qkv/kernels/transpose.h>

#include <cstring>
#include <utility>

namespace qkv::kernels {
namespace {

/// `width` rows of `width` numbers. Interleaving row i with row i + width / 2, for all i, moves the first bit of each number's
/// row to the end of its column; once for every bit, and rows have become columns.
void square(const Scalar* b, Index stride, Scalar* out, Index out_stride) {
  Lanes x[width], y[width];
  for (Index r = 0; r < width; ++r) std::memcpy(&x[r], b + r * stride, sizeof(Lanes));
  for (Index bit = 1; bit < width; bit *= 2) {
    for (Index i = 0; i < width / 2; ++i) {
      y[2 * i] = interleave<0>(x[i], x[i + width / 2]);
      y[2 * i + 1] = interleave<width / 2>(x[i], x[i + width / 2]);
    }
    std::swap(x, y);
  }
  for (Index r = 0; r < width; ++r) std::memcpy(out + r * out_stride, &x[r], sizeof(Lanes));
}

}  // namespace

void transpose(const Scalar* b, Index rows, Index columns, Index stride, Scalar* out, Index out_stride) {
  auto one_by_one = [=](Index row, Index row_end, Index column, Index column_end) {
    for (Index c = column; c < column_end; ++c)
      for (Index r = row; r < row_end; ++r) out[c * out_stride + r] = b[r * stride + c];
  };
  Index whole_rows = rows / width * width, whole_columns = columns / width * width;
  for (Index r = 0; r < whole_rows; r += width)
    for (Index c = 0; c < whole_columns; c += width) square(b + r * stride + c, stride, out + c * out_stride + r, out_stride);
  one_by_one(0, whole_rows, whole_columns, columns);
  one_by_one(whole_rows, rows, 0, columns);
}

}  // namespace qkv::kernels
