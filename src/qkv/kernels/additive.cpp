#include <qkv/kernels/additive.h>
#include <qkv/kernels/simd.h>
#include <qkv/kernels/transpose.h>
#include <qkv/tensor/allocator.h>

namespace qkv::kernels {

// A register holds neighbouring keys, for which k is turned round first: (h, keys), its rows filled up to whole registers. So each sum over
// the hidden units grows in a lane of its own.
void additive_scores(const Scalar* q, const Scalar* k, const Scalar* v, Index queries, Index keys, Index h, Scalar* scores) {
  Index row = in_registers(keys);
  Scratch<Scalar> turned(h * row);
  transpose(k, keys, h, h, turned.data(), row);
  for (Index i = 0; i < queries; ++i)
    for_registers(keys, [&](Index j, auto numbers) {
      Batch sum(Scalar(0));
      for (Index m = 0; m < h; ++m)
        sum = xsimd::fma(Batch(v[m]), tanh(Batch(q[i * h + m]) + Batch::load_unaligned(turned.data() + m * row + j)), sum);
      numbers.store(sum, scores + i * keys + j);
    });
}

// Here a register holds neighbouring hidden units, so that none of the three gradients is a sum over its lanes.
void additive_scores_gradient(const Scalar* q, const Scalar* k, const Scalar* v, const Scalar* dscores, Index queries, Index keys, Index h,
                              Scalar* dq, Scalar* dk, Scalar* dv) {
  for_registers(h, [&](Index m, auto numbers) {
    const Batch weight = numbers.load(v + m), one(Scalar(1));
    Batch dweight = numbers.load(dv + m);
    for (Index i = 0; i < queries; ++i) {
      const Batch query = numbers.load(q + i * h + m);
      Batch dquery = numbers.load(dq + i * h + m);
      for (Index j = 0; j < keys; ++j) {
        Scalar* dkey = dk + j * h + m;
        Batch t = tanh(query + numbers.load(k + j * h + m)), ds(dscores[i * keys + j]), slope = ds * weight * (one - t * t);
        dweight = xsimd::fma(ds, t, dweight);
        dquery += slope;
        numbers.store(numbers.load(dkey) + slope, dkey);
      }
      numbers.store(dquery, dq + i * h + m);
    }
    numbers.store(dweight, dv + m);
  });
}

}  // namespace qkv::kernels
