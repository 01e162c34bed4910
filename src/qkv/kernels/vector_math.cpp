#include <qkv/kernels/simd.h>
#include <qkv/kernels/vector_math.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace qkv::kernels {
namespace {

/// y = f(x), a vector register at a time. The rest that does not fill a register takes the same way, padded,
/// so that equal numbers give equal results wherever they stand.
template <class F>
void apply(const Scalar* x, Scalar* y, Index n, F f) {
  for_registers(n, [=](Index i, auto numbers) { numbers.store(f(numbers.load(x + i)), y + i); });
}

/// sin or cos: `few` for a register, `one` for a single number. xsimd handles a register that holds a number beyond `most` in another way.
/// That way shifts negative numbers, which C++ leaves undefined, and gives other last digits. So larger numbers, infinities and NaN go to the
/// standard library, and xsimd gets 0 in their place.
template <class Few, class One>
void wave(const Scalar* x, Scalar* y, Index n, Few few, One one) {
  constexpr Index block = 256;
  const Scalar most = xsimd::constants::mediumpi<Scalar>();  // in float 64 pi, in double 2^18 pi
  const auto huge = [=](Scalar v) { return !(std::abs(v) <= most); };
  for (; n > 0; x += block, y += block, n -= block) {
    const Index count = std::min(n, block);
    int any = 0;
    for (Index i = 0; i < count; ++i) any += huge(x[i]);
    Scalar padded[block];
    if (any)
      for (Index i = 0; i < count; ++i) padded[i] = huge(x[i]) ? 0 : x[i];
    apply(any ? padded : x, any ? padded : y, count, few);  // one call: two would not be inlined, and cost half as much again
    if (any)
      for (Index i = 0; i < count; ++i) y[i] = huge(x[i]) ? one(x[i]) : padded[i];
  }
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

void log1p(const Scalar* x, Scalar* y, Index n) {
  apply(x, y, n, [](Batch v) { return xsimd::log1p(v); });
}
void sin(const Scalar* x, Scalar* y, Index n) {
  const auto few = [](Batch v) { return xsimd::sin(v); };
  const auto one = [](Scalar v) { return std::sin(v); };
  wave(x, y, n, few, one);
}
void cos(const Scalar* x, Scalar* y, Index n) {
  const auto few = [](Batch v) { return xsimd::cos(v); };
  const auto one = [](Scalar v) { return std::cos(v); };
  wave(x, y, n, few, one);
}
void sqrt(const Scalar* x, Scalar* y, Index n) {
  apply(x, y, n, [](Batch v) { return xsimd::sqrt(v); });
}
void abs(const Scalar* x, Scalar* y, Index n) {
  apply(x, y, n, [](Batch v) { return xsimd::abs(v); });
}
void relu(const Scalar* x, Scalar* y, Index n) {
  const Batch zero(Scalar(0));
  apply(x, y, n, [=](Batch v) { return xsimd::select(v < zero, zero, v); });
}
void softplus(const Scalar* x, Scalar* y, Index n) {
  const Batch zero(Scalar(0));
  apply(x, y, n, [=](Batch v) { return xsimd::select(v < zero, zero, v) + xsimd::log1p(exp(-xsimd::abs(v))); });
}
void silu(const Scalar* x, Scalar* y, Index n) {
  // Far below 0 it is x e^x, where e^x may have too few digits left, but its root has all.
  const Batch zero(Scalar(0)), half(Scalar(0.5)), lowest(std::numeric_limits<Scalar>::lowest()),
      far(Scalar(sizeof(Scalar) == 8 ? -40 : -20));
  apply(x, y, n, [=](Batch v) {
    const Batch root = exp(half * v), tail = xsimd::select(v < lowest, zero, v * root * root);
    return xsimd::select(v < far, tail, v * sigmoid(v));
  });
}

namespace {

#ifndef QKV_DOUBLE
using Signed = xsimd::batch<std::int32_t>;

/// The first 12 binary digits: a product of two such numbers is exact.
Batch head(const Batch& x) { return xsimd::bitwise_cast<Batch>(xsimd::bitwise_cast<Signed>(x) & Signed(-0x1000)); }

/// x^y = 2^(y log2 x), where x is an ordinary positive number and the result lies between 2^-32 and 2^32; `sound` says where. One float
/// has too few digits for the logarithm of a power: heads are multiplied exactly, and what they leave is added at the end.
[[gnu::always_inline]] inline Batch power(const Batch& x, const Batch& y, Batch::batch_bool_type& sound) {
  // x = 2^e m with m from sqrt(1/2) to sqrt(2);   log2 m = c (s + s^3 / 3 + s^5 / 5 + ...) with s = (m - 1) / (m + 1) and c = 2 / log 2.
  const Signed bits = xsimd::bitwise_cast<Signed>(x), exponent = (bits - Signed(0x3f3504f3)) >> 23;
  const Batch m = xsimd::bitwise_cast<Batch>(bits - (exponent << 23)), e = xsimd::to_float(exponent), one(1.0f);
  const Batch up = m - one, down = m + one, down_head = head(down), down_rest = m - (down_head - one), inverse = one / down;
  const Batch s_head = head(up * inverse), s_rest = (up - s_head * down_head - s_head * down_rest) * inverse, s = s_head + s_rest,
              square = s * s;
  constexpr float c = 2.88539008f, c_head = 2.884765625f, c_rest = 6.2445678e-4f;
  constexpr float series[] = {0.961796701f, 0.577079773f, 0.411900014f, 0.33661893f};  // c / 3, c / 5, ..., cut off and fitted
  const Batch first = Batch(c_head) * s_head;
  const Batch first_rest = Batch(c) * s_rest + Batch(c_rest) * s_head + s * square * polynomial(square, series);
  const Batch log = head(e + (first + first_rest)), log_rest = e - log + first + first_rest;
  const Batch y_head = head(y), t = y_head * log, t_rest = y_head * log_rest + (y - y_head) * (log + log_rest);
  sound =
      (x >= Batch(std::numeric_limits<float>::min())) & (x <= Batch(std::numeric_limits<float>::max())) & (xsimd::abs(t) <= Batch(32.0f));
  const Batch round(rounding), sum = t + round, whole = sum - round;  // as in exp2()
  const Batch power_of_two = xsimd::bitwise_cast<Batch>((xsimd::bitwise_cast<Signed>(sum) + Signed(127)) << 23);
  return power_of_two * exp2_of_fraction(t - whole + t_rest);
}
#endif

/// x^y where it is not sound: of zeros, of negative and of huge numbers.
[[gnu::noinline]] Batch one_by_one(const Batch& x, const Batch& y, const Batch& z, const Batch::batch_bool_type& sound) {
  Scalar bases[width], exponents[width], results[width], well[width];
  x.store_unaligned(bases);
  y.store_unaligned(exponents);
  z.store_unaligned(results);
  xsimd::select(sound, Batch(Scalar(1)), Batch(Scalar(0))).store_unaligned(well);
  for (Index i = 0; i < width; ++i)
    if (well[i] == 0) results[i] = std::pow(bases[i], exponents[i]);
  return Batch::load_unaligned(results);
}

/// z_i = x_i^y(i, numbers).
template <class Exponent>
void powers(const Scalar* x, Scalar* z, Index n, Exponent y) {
  for_registers(n, [=](Index i, auto numbers) {
    const Batch base = numbers.load(x + i), exponent = y(i, numbers);
    Batch::batch_bool_type sound(false);
    Batch result(Scalar(0));
#ifndef QKV_DOUBLE
    result = power(base, exponent, sound);
#endif
    numbers.store(xsimd::all(sound) ? result : one_by_one(base, exponent, result, sound), z + i);
  });
}

}  // namespace

void pow(const Scalar* x, const Scalar* y, Scalar* z, Index n) {
  powers(x, z, n, [=](Index i, auto numbers) { return numbers.load(y + i); });
}
void pow(const Scalar* x, Scalar y, Scalar* z, Index n) {
  powers(x, z, n, [=](Index, auto) { return Batch(y); });
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
