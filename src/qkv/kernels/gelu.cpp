#include <qkv/kernels/gelu.h>
#include <qkv/kernels/parallel.h>
#include <qkv/kernels/simd.h>

namespace qkv::kernels {
namespace {

Batch probability(const Batch& x) { return Batch(Scalar(0.5)) * (Batch(Scalar(1)) + erf(x * Batch(Scalar(0.70710678118654752440)))); }

/// y = f(a, b), a vector register at a time.
template <class F>
void apply(const Scalar* a, const Scalar* b, Scalar* y, Index n, F f) {
  parallel(n, 16, 1024, [=](Index begin, Index end) {
    for_registers(end - begin, [=](Index i, auto numbers) {
      numbers.store(f(numbers.load(a + begin + i), numbers.load(b + begin + i)), y + begin + i);
    });
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
