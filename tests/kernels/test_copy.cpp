#include <tensor/compare.h>

#include <qkv/kernels/copy.h>

using namespace qkv;

TEST_CASE("copy: rows of every length, apart on both sides, nothing written between") {
  for (Index n = 0; n < 40; ++n)
    for (Index rows : {0, 1, 5, 33})
      for (Index gap : {0, 1, 7})
        for (Index out_gap : {0, 3}) {
          const Index stride = n + gap, out_stride = n + out_gap;
          Tensor x = arange(rows * stride + n), out = full({rows * out_stride + 1}, -1);
          kernels::copy_rows(x.data(), rows, n, stride, out.mutable_data(), out_stride);
          bool right = true;
          for (Index i = 0; i < out.size(); ++i) {
            const bool written = out_stride > 0 && i < rows * out_stride && i % out_stride < n;
            right = right && out.data()[i] == (written ? x.data()[i / out_stride * stride + i % out_stride] : Scalar(-1));
          }
          CHECK_MESSAGE(right, rows, " x ", n, ", ", gap, " and ", out_gap, " apart");
        }
}
