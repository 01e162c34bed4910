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

namespace {

constexpr Scalar root = Scalar(0.79788456080286535588), cubic = Scalar(0.044715);  // sqrt(2/pi)

/// sigmoid(2 u): unlike 1 + tanh u it loses no digits where it is small.
Batch sigmoid_of_2u(const Batch& x) { return sigmoid(Batch(2 * root) * x * (Batch(Scalar(1)) + Batch(cubic) * x * x)); }

}  // namespace

void gelu_tanh(const Scalar* x, Scalar* y, Index n) {
  apply(x, x, y, n, [](const Batch& v, const Batch&) { return v * sigmoid_of_2u(v); });
}

void gelu_tanh_gradient(const Scalar* dy, const Scalar* x, Scalar* dx, Index n) {
  apply(dy, x, dx, n, [](const Batch& up, const Batch& v) {
    const Batch far(Scalar(30)), cut = xsimd::max(-far, xsimd::min(far, v));  // beyond, s (1 - s) is 0 and x^3 may overflow
    const Batch one(Scalar(1)), slope = Batch(root) * (one + Batch(3 * cubic) * cut * cut);
    Batch s = sigmoid_of_2u(v);
    return up * (s + Batch(Scalar(2)) * cut * s * (one - s) * slope);
  });
}

}  // namespace qkv::kernels
