#include <tensor/compare.h>

#include <qkv/kernels/transpose.h>

using namespace qkv;

TEST_CASE("transpose: every size about a register, rows apart on both sides, nothing written between") {
  for (Index rows : {1, 3, 8, 16, 17, 40})
    for (Index columns : {1, 2, 8, 15, 16, 33}) {
      Index stride = columns + 3, out_stride = rows + 5;
      Tensor b = arange(rows * stride), t = full({columns * out_stride}, -1);
      kernels::transpose(b.data(), rows, columns, stride, t.mutable_data(), out_stride);
      bool right = true;
      for (Index c = 0; c < columns; ++c)
        for (Index r = 0; r < out_stride; ++r)
          right = right && t.data()[c * out_stride + r] == (r < rows ? b.data()[r * stride + c] : Scalar(-1));
      CHECK_MESSAGE(right, rows, " x ", columns);
    }
}
