#include <qkv/kernels/gelu.h>
#include <qkv/kernels/parallel.h>
#include <qkv/kernels/simd.h>

#include <algorithm>
#include <type_traits>

namespace qkv::kernels {
namespace {

/// y = f(a, b), a vector register at a time.
template <class F>
void apply(const Scalar* a, const Scalar* b, Scalar* y, Index n, F f) {
  parallel(n, 16, 1024, [=](Index begin, Index end) {
    for_registers(end - begin, [=](Index i, auto numbers) {
      numbers.store(f(numbers.load(a + begin + i), numbers.load(b + begin + i)), y + begin + i);
    });
  });
}

using Wide = std::conditional_t<sizeof(Scalar) == 8, long double, double>;
constexpr Wide slope_at_zero = static_cast<Wide>(1.595769121605730711759784239737L), cubic = slope_at_zero * static_cast<Wide>(0.044715L);

/// For `n` numbers, at most `chunk`: x, from where s(w) is 0 to where it is 1, and w, with more digits than a Scalar has: an error of w is one
/// of exp(-w), |w| times as large.
constexpr Index chunk = 256;
struct Inner {
  Scalar x[chunk], w[chunk], rest[chunk];

  Inner(const Scalar* from, Index n) {
    const Scalar limit = sizeof(Scalar) == 8 ? 24 : 12;
    for (Index i = 0; i < n; ++i) x[i] = std::min(std::max(from[i], -limit), limit);  // in this order NaN stays NaN
    for (Index i = 0; i < n; ++i) {
      const Wide each = static_cast<Wide>(x[i]), exact = each * (slope_at_zero + cubic * each * each);
      w[i] = static_cast<Scalar>(exact);
      rest[i] = static_cast<Scalar>(exact - static_cast<Wide>(w[i]));
    }
  }
};

/// f(i, numbers, x, w, rest, place) for each register of n numbers, as for_registers.
template <class F>
void for_inner(const Scalar* x, Index n, F f) {
  parallel(n, 16, 1024, [=](Index begin, Index end) {
    for (Index from = begin; from < end; from += chunk) {
      const Index count = std::min(chunk, end - from);
      const Inner inner(x + from, count);
      for_registers(count, [&](Index i, auto numbers) {
        f(from + i, numbers, numbers.load(inner.x + i), numbers.load(inner.w + i), numbers.load(inner.rest + i));
      });
    }
  });
}

/// e^-|w|.
Batch decay(const Batch& w, const Batch& rest) { return exp_below(-xsimd::abs(w), xsimd::select(w < Batch(Scalar(0)), rest, -rest)); }

}  // namespace

void gelu_erf(const Scalar* x, Scalar* y, Index n) {
  apply(x, x, y, n, [](const Batch& v, const Batch&) {
    const Tail tail(v);
    return xsimd::max(Batch(Scalar(0)), v) - tail.a * tail.ratio * tail.e;  // e last: it may be too small for full precision
  });
}

void gelu_erf_gradient(const Scalar* dy, const Scalar* x, Scalar* dx, Index n) {
  apply(dy, x, dx, n, [](const Batch& up, const Batch& v) {
    const Tail tail(v);  // left of 0 the slope is P(-a) - a p(a), right of it 1 less that
    const Batch slope = (tail.ratio - tail.a * Batch(Scalar(0.39894228040143267794))) * tail.e;
    return up * xsimd::select(v < Batch(Scalar(0)), slope, Batch(Scalar(1)) - slope);
  });
}

void gelu_tanh(const Scalar* x, Scalar* y, Index n) {
  for_inner(x, n, [=](Index at, auto numbers, const Batch& v, const Batch& w, const Batch& rest) {
    const Batch e = decay(w, rest), one(Scalar(1)), zero(Scalar(0)), left = v / (one + e) * e;
    numbers.store(xsimd::select(w < zero, left, xsimd::max(v, numbers.load(x + at)) / (one + e)), y + at);
  });
}

void gelu_tanh_gradient(const Scalar* dy, const Scalar* x, Scalar* dx, Index n) {
  for_inner(x, n, [=](Index at, auto numbers, const Batch& v, const Batch& w, const Batch& rest) {
    const Batch e = decay(w, rest), one(Scalar(1)), share = one / (one + e), other = e * share;  // s(|w|) and 1 - s(|w|)
    const Batch slope = xsimd::fma(v * v, Batch(static_cast<Scalar>(3 * cubic)), Batch(static_cast<Scalar>(slope_at_zero)));
    numbers.store(numbers.load(dy + at) * xsimd::fma(v * slope * share, other, xsimd::select(w < Batch(Scalar(0)), other, share)), dx + at);
  });
}

}  // namespace qkv::kernels
