#include <qkv/kernels/simd.h>
#include <qkv/kernels/vector_math.h>

#include <limits>

namespace qkv::kernels {
namespace {

/// y = f(x), a vector register at a time. The rest that does not fill a register takes the same way, padded,
/// so that equal numbers give equal results wherever they stand.
template <class F>
void apply(const Scalar* x, Scalar* y, Index n, F f) {
  for_registers(n, [=](Index i, auto numbers) { numbers.store(f(numbers.load(x + i)), y + i); });
}

}  // namespace

void exp(const Scalar* x, Scalar* y, Index n) {
  apply(x, y, n, [](Batch v) { return exp(v); });
}
void log(const Scalar* x, Scalar* y, Index n) {
  // Numbers too small for full precision are scaled up first: xsimd's own way with them is wrong in double.
  const Batch least(std::numeric_limits<Scalar>::min()), up(Scalar(0x1p54)), log_up(Scalar(37.429947750237048)), zero(Scalar(0));
  apply(x, y, n, [=](Batch v) { return xsimd::log(xsimd::select(v < least, v * up, v)) - xsimd::select(v < least, log_up, zero); });
}
void tanh(const Scalar* x, Scalar* y, Index n) {
  apply(x, y, n, [](Batch v) { return tanh(v); });
}
void sigmoid(const Scalar* x, Scalar* y, Index n) {
  apply(x, y, n, [](Batch v) { return sigmoid(v); });
}
void erf(const Scalar* x, Scalar* y, Index n) {
  apply(x, y, n, [](Batch v) { return erf(v); });
}

double exp_shifted(const Scalar* x, Scalar shift, Scalar* y, Index n) {
  const Batch by(shift);
  return sum_of(n, [=](Index i, auto numbers) {
    const Batch e = exp(numbers.load(x + i, -std::numeric_limits<Scalar>::infinity()) - by);
    numbers.store(e, y + i);
    return e;
  });
}

}  // namespace qkv::kernels
