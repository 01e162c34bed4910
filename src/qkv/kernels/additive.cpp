#include <qkv/kernels/additive.h>

#include <xsimd/xsimd.hpp>

#include <algorithm>

namespace qkv::kernels {
namespace {

using Batch = xsimd::batch<Scalar>;
constexpr Index width = static_cast<Index>(Batch::size);

/// Up to a vector register of numbers; the last ones, which do not fill it, are padded with zeros, whose tanh is 0.
Batch load(const Scalar* x, Index count) {
  if (count >= width) return Batch::load_unaligned(x);
  Scalar padded[width] = {};
  std::copy(x, x + count, padded);
  return Batch::load_unaligned(padded);
}
void add(const Batch& more, Scalar* x, Index count) {
  if (count >= width) {
    (Batch::load_unaligned(x) + more).store_unaligned(x);
    return;
  }
  Scalar padded[width];
  more.store_unaligned(padded);
  for (Index i = 0; i < count; ++i) x[i] += padded[i];
}

}  // namespace

void additive_scores(const Scalar* q, const Scalar* k, const Scalar* v, Index queries, Index keys, Index h, Scalar* scores) {
  std::fill(scores, scores + queries * keys, Scalar(0));
  for (Index first = 0; first < h; first += width) {
    Index count = h - first;
    Batch weight = load(v + first, count);
    for (Index i = 0; i < queries; ++i) {
      Batch query = load(q + i * h + first, count);
      for (Index j = 0; j < keys; ++j) scores[i * keys + j] += xsimd::hadd(weight * xsimd::tanh(query + load(k + j * h + first, count)));
    }
  }
}

void additive_scores_gradient(const Scalar* q, const Scalar* k, const Scalar* v, const Scalar* dscores, Index queries, Index keys, Index h,
                              Scalar* dq, Scalar* dk, Scalar* dv) {
  for (Index first = 0; first < h; first += width) {
    Index count = h - first;
    Batch weight = load(v + first, count), dweight(Scalar(0));
    for (Index i = 0; i < queries; ++i) {
      Batch query = load(q + i * h + first, count), dquery(Scalar(0));
      for (Index j = 0; j < keys; ++j) {
        Batch up(dscores[i * keys + j]), t = xsimd::tanh(query + load(k + j * h + first, count));
        Batch slope = up * weight * (Batch(Scalar(1)) - t * t);
        dweight += up * t;
        dquery += slope;
        add(slope, dk + j * h + first, count);
      }
      add(dquery, dq + i * h + first, count);
    }
    add(dweight, dv + first, count);
  }
}

}  // namespace qkv::kernels
