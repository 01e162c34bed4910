#include <qkv/kernels/gelu.h>
#include <qkv/kernels/parallel.h>

#include <xsimd/xsimd.hpp>

#include <algorithm>

namespace qkv::kernels {
namespace {

using Batch = xsimd::batch<Scalar>;
constexpr Index width = static_cast<Index>(Batch::size);

Batch probability(const Batch& x) {
  return Batch(Scalar(0.5)) * (Batch(Scalar(1)) + xsimd::erf(x * Batch(Scalar(0.70710678118654752440))));
}

/// y = f(a, b), a vector register at a time; the rest takes the same way, padded.
template <class F>
void apply(const Scalar* a, const Scalar* b, Scalar* y, Index n, F f) {
  parallel(n, 16, 1024, [&](Index begin, Index end) {
    Index i = begin;
    for (; i + width <= end; i += width) f(Batch::load_unaligned(a + i), Batch::load_unaligned(b + i)).store_unaligned(y + i);
    if (i == end) return;
    Scalar rest_a[width] = {}, rest_b[width] = {};
    std::copy(a + i, a + end, rest_a);
    std::copy(b + i, b + end, rest_b);
    f(Batch::load_unaligned(rest_a), Batch::load_unaligned(rest_b)).store_unaligned(rest_a);
    std::copy(rest_a, rest_a + (end - i), y + i);
  });
}

}  // namespace

void gelu_erf(const Scalar* x, Scalar* y, Index n) {
  apply(x, x, y, n, [](const Batch& v, const Batch&) { return v * probability(v); });
}

void gelu_erf_gradient(const Scalar* dy, const Scalar* x, Scalar* dx, Index n) {
  apply(dy, x, dx, n, [](const Batch& up, const Batch& v) {
    Batch density = xsimd::exp(Batch(Scalar(-0.5)) * v * v) * Batch(Scalar(0.39894228040143267794));
    return up * (probability(v) + v * density);
  });
}

}  // namespace qkv::kernels
