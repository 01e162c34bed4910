#include <qkv/kernels/additive.h>
#include <qkv/kernels/simd.h>
#include <qkv/kernels/transpose.h>
#include <qkv/tensor/allocator.h>

#include <vector>

namespace qkv::kernels {

// A register holds neighbouring keys, for which k is turned round first: (h, keys), its rows filled up to whole registers. So each sum over
// the hidden units grows in a lane of its own.
void additive_scores(const Scalar* q, const Scalar* k, const Scalar* v, Index queries, Index keys, Index h, Scalar* scores) {
  Index row = in_registers(keys);
  std::vector<Scalar, CachingAllocator<Scalar>> turned(static_cast<std::size_t>(h * row));
  transpose(k, keys, h, h, turned.data(), row);
  for (Index i = 0; i < queries; ++i)
    for (Index j = 0; j < keys; j += width) {
      Batch sum(Scalar(0));
      for (Index m = 0; m < h; ++m)
        sum = xsimd::fma(Batch(v[m]), tanh(Batch(q[i * h + m]) + Batch::load_unaligned(turned.data() + m * row + j)), sum);
      store(sum, scores + i * keys + j, keys - j);
    }
}

// Here a register holds neighbouring hidden units, so that none of the three gradients is a sum over its lanes.
void additive_scores_gradient(const Scalar* q, const Scalar* k, const Scalar* v, const Scalar* dscores, Index queries, Index keys, Index h,
                              Scalar* dq, Scalar* dk, Scalar* dv) {
  const Batch one(Scalar(1));
  for (Index m = 0; m < h; m += width) {
    Index left = h - m;
    const Batch weight = load(v + m, left);
    Batch dweight = load(dv + m, left);
    for (Index i = 0; i < queries; ++i) {
      const Batch query = load(q + i * h + m, left);
      Batch dquery = load(dq + i * h + m, left);
      for (Index j = 0; j < keys; ++j) {
        Scalar* dkey = dk + j * h + m;
        Batch t = tanh(query + load(k + j * h + m, left)), ds(dscores[i * keys + j]), slope = ds * weight * (one - t * t);
        dweight = xsimd::fma(ds, t, dweight);
        dquery += slope;
        store(load(dkey, left) + slope, dkey, left);
      }
      store(dquery, dq + i * h + m, left);
    }
    store(dweight, dv + m, left);
  }
}

}  // namespace qkv::kernels
