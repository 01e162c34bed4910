#include <qkv/kernels/additive.h>
#include <qkv/kernels/simd.h>
#include <qkv/kernels/transpose.h>
#include <qkv/tensor/allocator.h>

#include <vector>

// A vector register holds neighbouring keys, for which k is turned round first: (h, keys), rows filled up with zeros to whole registers.

namespace qkv::kernels {
namespace {

using Buffer = std::vector<Scalar, CachingAllocator<Scalar>>;

Index filled_up(Index keys) { return (keys + width - 1) / width * width; }

/// Rows of `from` numbers become rows of `to`: cut off, or with zeros behind them.
Buffer rows_resized(const Scalar* x, Index rows, Index from, Index to) {
  Buffer result(static_cast<std::size_t>(rows * to));
  for (Index r = 0; r < rows; ++r) std::copy_n(x + r * from, std::min(from, to), result.data() + r * to);
  return result;
}

Buffer keys_in_rows(const Scalar* k, Index keys, Index h) {
  Buffer turned(static_cast<std::size_t>(h * filled_up(keys)));
  transpose(k, keys, h, h, turned.data(), filled_up(keys));
  return turned;
}

}  // namespace

void additive_scores(const Scalar* q, const Scalar* k, const Scalar* v, Index queries, Index keys, Index h, Scalar* scores) {
  Index row = filled_up(keys);
  Buffer turned = keys_in_rows(k, keys, h), sums(static_cast<std::size_t>(queries * row));
  for (Index i = 0; i < queries; ++i)
    for (Index m = 0; m < h; ++m) {
      Batch query(q[i * h + m]), weight(v[m]);
      for (Index j = 0; j < row; j += width) {
        Scalar* sum = sums.data() + i * row + j;
        xsimd::fma(weight, tanh(query + Batch::load_unaligned(turned.data() + m * row + j)), Batch::load_unaligned(sum))
            .store_unaligned(sum);
      }
    }
  for (Index i = 0; i < queries; ++i) std::copy_n(sums.data() + i * row, keys, scores + i * keys);
}

void additive_scores_gradient(const Scalar* q, const Scalar* k, const Scalar* v, const Scalar* dscores, Index queries, Index keys, Index h,
                              Scalar* dq, Scalar* dk, Scalar* dv) {
  Index row = filled_up(keys);
  Buffer turned = keys_in_rows(k, keys, h), up = rows_resized(dscores, queries, keys, row), dturned(static_cast<std::size_t>(h * row));
  for (Index m = 0; m < h; ++m) {
    Batch weight(v[m]), dweight(Scalar(0));
    for (Index i = 0; i < queries; ++i) {
      Batch query(q[i * h + m]), dquery(Scalar(0));
      for (Index j = 0; j < row; j += width) {
        Scalar* dkey = dturned.data() + m * row + j;
        Batch t = tanh(query + Batch::load_unaligned(turned.data() + m * row + j)), ds = Batch::load_unaligned(up.data() + i * row + j);
        Batch slope = ds * weight * (Batch(Scalar(1)) - t * t);
        dweight = xsimd::fma(ds, t, dweight);
        dquery += slope;
        (Batch::load_unaligned(dkey) + slope).store_unaligned(dkey);
      }
      dq[i * h + m] += xsimd::hadd(dquery);
    }
    dv[m] += xsimd::hadd(dweight);
  }
  for (Index j = 0; j < keys; ++j)
    for (Index m = 0; m < h; ++m) dk[j * h + m] += dturned[static_cast<std::size_t>(m * row + j)];
}

}  // namespace qkv::kernels
