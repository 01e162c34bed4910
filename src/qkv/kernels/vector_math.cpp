#include <qkv/kernels/vector_math.h>

#include <xsimd/xsimd.hpp>

#include <algorithm>
#include <limits>

namespace qkv::kernels {
namespace {

using Batch = xsimd::batch<Scalar>;
constexpr Index width = static_cast<Index>(Batch::size);

/// y = f(x), a vector register at a time. The rest that does not fill a register takes the same way, padded,
/// so that equal numbers give equal results wherever they stand.
template <class F>
void apply(const Scalar* x, Scalar* y, Index n, F f) {
  Index i = 0;
  for (; i + width <= n; i += width) f(Batch::load_unaligned(x + i)).store_unaligned(y + i);
  if (i == n) return;
  Scalar rest[width] = {};
  std::copy(x + i, x + n, rest);
  f(Batch::load_unaligned(rest)).store_unaligned(rest);
  std::copy(rest, rest + (n - i), y + i);
}

}  // namespace

void exp(const Scalar* x, Scalar* y, Index n) {
  apply(x, y, n, [](Batch v) { return xsimd::exp(v); });
}
void log(const Scalar* x, Scalar* y, Index n) {
  // Numbers too small for full precision are scaled up first: xsimd's own way with them is wrong in double.
  const Batch least(std::numeric_limits<Scalar>::min()), up(Scalar(0x1p54)), log_up(Scalar(37.429947750237048)), zero(Scalar(0));
  apply(x, y, n, [=](Batch v) { return xsimd::log(xsimd::select(v < least, v * up, v)) - xsimd::select(v < least, log_up, zero); });
}
void tanh(const Scalar* x, Scalar* y, Index n) {
  apply(x, y, n, [](Batch v) { return xsimd::tanh(v); });
}
void sigmoid(const Scalar* x, Scalar* y, Index n) {
  apply(x, y, n, [](Batch v) { return Batch(Scalar(1)) / (Batch(Scalar(1)) + xsimd::exp(-v)); });
}
void erf(const Scalar* x, Scalar* y, Index n) {
  // From 10 on it is 1 to the last digit; xsimd squares its argument, which may overflow.
  const Batch far(Scalar(10)), one(Scalar(1));
  apply(x, y, n, [=](Batch v) { return xsimd::select(xsimd::abs(v) > far, xsimd::copysign(one, v), xsimd::erf(v)); });
}

Scalar exp_shifted(const Scalar* x, Scalar shift, Scalar* y, Index n) {
  Batch by(shift), sums(Scalar(0));
  Index i = 0;
  for (; i + width <= n; i += width) {
    Batch e = xsimd::exp(Batch::load_unaligned(x + i) - by);
    e.store_unaligned(y + i);
    sums += e;
  }
  Scalar sum = xsimd::hadd(sums);
  if (i == n) return sum;
  Scalar rest[width] = {};
  std::copy(x + i, x + n, rest);
  xsimd::exp(Batch::load_unaligned(rest) - by).store_unaligned(rest);
  for (Index j = i; j < n; ++j) sum += y[j] = rest[j - i];
  return sum;
}

}  // namespace qkv::kernels
