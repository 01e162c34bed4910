#include <qkv/kernels/additive.h>
#include <qkv/kernels/simd.h>
#include <qkv/kernels/transpose.h>
#include <qkv/tensor/allocator.h>

#include <algorithm>

namespace qkv::kernels {

namespace {

/// The gradients of `queries` by `keys` scores whose rows lie `row` apart. Here a register holds neighbouring hidden units, so that none of the three
/// is a sum over its lanes. That of v adds each query's sum to the others', so that no running sum is long.
void gradient_of_few(const Scalar* q, const Scalar* k, const Scalar* v, const Scalar* dscores, Index row, Index queries, Index keys,
                     Index h, Scalar* dq, Scalar* dk, Scalar* dv) {
  for_registers(h, [&](Index m, auto numbers) {
    const Batch weight = numbers.load(v + m), one(Scalar(1));
    Batch dweight = numbers.load(dv + m);
    for (Index i = 0; i < queries; ++i) {
      const Batch query = numbers.load(q + i * h + m);
      Batch dquery = numbers.load(dq + i * h + m), of_query(Scalar(0));
      for (Index j = 0; j < keys; ++j) {
        if (dscores[i * row + j] == 0) continue;  // a hidden pair, say: its key may be NaN
        Scalar* dkey = dk + j * h + m;
        Batch t = tanh(query + numbers.load(k + j * h + m)), ds(dscores[i * row + j]), slope = ds * weight * (one - t * t);
        of_query = xsimd::fma(ds, t, of_query);
        dquery += slope;
        numbers.store(numbers.load(dkey) + slope, dkey);
      }
      dweight += of_query;
      numbers.store(dquery, dq + i * h + m);
    }
    numbers.store(dweight, dv + m);
  });
}

/// Rows that grow: where very many terms meet in each number, a part in floats at a time, and these parts in doubles.
class Growing {
 public:
  Growing(Scalar* rows, Index count, bool long_sums, Index part)
      : rows_(rows), count_(long_sums ? count : 0), sums_(count_), part_(long_sums ? part : 0) {
    std::copy_n(rows, count_, sums_.data());
  }
  /// Where a part of n numbers from `first` on is to be added to.
  Scalar* part(Index first, Index n) {
    if (count_ == 0) return rows_ + first;
    std::fill_n(part_.data(), n, Scalar(0));
    return part_.data();
  }
  void added(Index first, Index n) {
    if (count_ == 0) return;
    for (Index i = 0; i < n; ++i) sums_.data()[first + i] += static_cast<double>(part_.data()[i]);
  }
  void finish() {
    for (Index i = 0; i < count_; ++i) rows_[i] = static_cast<Scalar>(sums_.data()[i]);
  }

 private:
  Scalar* rows_;
  Index count_;
  Scratch<double> sums_;
  Scratch<Scalar> part_;
};

}  // namespace

// A register holds neighbouring keys, for which k is turned round first: (h, keys), its rows filled up to whole registers. So each sum over
// the hidden units grows in a lane of its own.
void additive_scores(const Scalar* q, const Scalar* k, const Scalar* v, Index queries, Index keys, Index h, Scalar* scores) {
  constexpr Index stretch = 64;  // of hidden units that are summed in floats
  Index row = in_registers(keys);
  Scratch<Scalar> turned(h * row);
  transpose(k, keys, h, h, turned.data(), row);
  for (Index i = 0; i < queries; ++i)
    for_registers(keys, [&](Index j, auto numbers) {
      auto sum_of_units = [&](Index first, Index last) {
        Batch sum(Scalar(0));
        for (Index m = first; m < last; ++m)
          sum = xsimd::fma(Batch(v[m]), tanh(Batch(q[i * h + m]) + Batch::load_unaligned(turned.data() + m * row + j)), sum);
        return sum;
      };
      if (h <= stretch) return numbers.store(sum_of_units(0, h), scores + i * keys + j);
      double sums[width] = {};
      for (Index first = 0; first < h; first += stretch) add_lanes(sum_of_units(first, std::min(first + stretch, h)), sums);
      numbers.store(rounded(sums), scores + i * keys + j);
    });
}

void additive_scores_gradient(const Scalar* q, const Scalar* k, const Scalar* v, const Scalar* dscores, Index queries, Index keys, Index h,
                              Scalar* dq, Scalar* dk, Scalar* dv) {
  constexpr Index few = 64;  // queries and keys at a time
  Growing all_dq(dq, queries * h, keys > few, few * h), all_dk(dk, keys * h, queries > few, few * h);
  Growing all_dv(dv, h, queries > few || keys > few, h);
  for (Index i = 0; i < queries; i += few)
    for (Index j = 0; j < keys; j += few) {
      const Index some_queries = std::min(few, queries - i), some_keys = std::min(few, keys - j);
      gradient_of_few(q + i * h, k + j * h, v, dscores + i * keys + j, keys, some_queries, some_keys, h,
                      all_dq.part(i * h, some_queries * h), all_dk.part(j * h, some_keys * h), all_dv.part(0, h));
      all_dq.added(i * h, some_queries * h);
      all_dk.added(j * h, some_keys * h);
      all_dv.added(0, h);
    }
  all_dq.finish();
  all_dk.finish();
  all_dv.finish();
}

}  // namespace qkv::kernels
