#pragma once
#include <qkv/tensor/scalar.h>

#include <xsimd/xsimd.hpp>

#include <algorithm>
#include <cstdint>

// Vector registers, for the .cpp files of kernels/: a Batch is as many numbers as one register holds.

namespace qkv::kernels {

using Batch = xsimd::batch<Scalar>;
constexpr Index width = static_cast<Index>(Batch::size);

/// n rounded up to whole registers.
inline Index in_registers(Index n) { return (n + width - 1) / width * width; }

/// How a register's numbers are read and written: all of them,
struct Whole {
  Batch load(const Scalar* x) const { return Batch::load_unaligned(x); }
  void store(const Batch& value, Scalar* x) const { value.store_unaligned(x); }
};
/// or only the first `count`, zeros behind them when read, and nothing touched there when written.
struct First {
  Index count;
  Batch load(const Scalar* x) const {
    Scalar padded[width] = {};
    std::copy(x, x + count, padded);
    return Batch::load_unaligned(padded);
  }
  void store(const Batch& value, Scalar* x) const {
    Scalar padded[width];
    value.store_unaligned(padded);
    std::copy(padded, padded + count, x);
  }
};

/// f(i, numbers) for i = 0, width, ... below n: numbers.load(x + i) and numbers.store(value, y + i) read and write the i-th and those behind it,
/// a register or the few that are left. Two loops, for what those few need would cost all others their registers.
template <class F>
void for_registers(Index n, F f) {
  Index i = 0;
  for (; i + width <= n; i += width) f(i, Whole());
  if (i < n) f(i, First{n - i});
}

/// The first n places of a register.
inline Batch::batch_bool_type first_lanes(Index n) {
  Scalar places[width];
  for (Index i = 0; i < width; ++i) places[i] = static_cast<Scalar>(i);
  return Batch::load_unaligned(places) < Batch(static_cast<Scalar>(n));
}

/// sum_i p_i x^i. The compiler unrolls it.
template <std::size_t terms>
Batch polynomial(const Batch& x, const Scalar (&p)[terms]) {
  Batch sum(p[terms - 1]);
  for (std::size_t i = terms - 1; i-- > 0;) sum = xsimd::fma(sum, x, Batch(p[i]));
  return sum;
}

#ifndef QKV_DOUBLE
/// 2^x for |x| <= 1/2, in float within 1e-7.
inline Batch exp2_of_fraction(const Batch& x) {
  constexpr float p[] = {1.0f,
                         6.931472028550421e-01f,
                         2.402264791363012e-01f,
                         5.550332471162809e-02f,
                         9.618437357674640e-03f,
                         1.339887440266574e-03f,
                         1.535336188319500e-04f};
  return polynomial(x, p);
}
#endif

/// 2^x for x up to 127; 0 where it would be less than the smallest full-precision number. In float within 2e-7.
inline Batch exp2(const Batch& x) {
#ifdef QKV_DOUBLE
  return xsimd::exp2(x);
#else
  using Bits = xsimd::batch<std::int32_t>;
  const Batch rounding(0x1.8p23f);  // so large that a sum with it has no fraction: it ends in the nearest whole number n
  Batch sum = x + rounding, fraction = x - (sum - rounding);
  Batch power = xsimd::bitwise_cast<Batch>((xsimd::bitwise_cast<Bits>(sum) + Bits(127)) << 23);  // 2^n: n + 127 in the bits of the exponent
  return xsimd::select(x < Batch(-126.0f), Batch(0.0f), power * exp2_of_fraction(fraction));
#endif
}

/// tanh. In float a quotient of two polynomials, as in Eigen, within 3e-7 and without a branch; beyond 7.9 it is 1 to the last digit.
inline Batch tanh(const Batch& x) {
#ifdef QKV_DOUBLE
  return xsimd::tanh(x);
#else
  constexpr float up[] = {4.89352455891786e-03f,  6.37261928875436e-04f, 1.48572235717979e-05f, 5.12229709037114e-08f,
                          -8.60467152213735e-11f, 2.00018790482477e-13f, -2.76076847742355e-16f};
  constexpr float down[] = {4.89352518554385e-03f, 2.26843463243900e-03f, 1.18534705686654e-04f, 1.19825839466702e-06f};
  const Batch limit(7.90531110763549805f), square = x * x, quotient = x * (polynomial(square, up) / polynomial(square, down));
  return xsimd::select(xsimd::abs(x) > limit, xsimd::copysign(Batch(1.0f), x), quotient);
#endif
}

inline Batch sigmoid(const Batch& x) {
  const Batch one(Scalar(1));
  return one / (one + xsimd::exp(-x));
}

/// erf. In float another such quotient, within 4e-7; from 4 on it is 1.
inline Batch erf(const Batch& x) {
#ifdef QKV_DOUBLE  // from 10 on it is 1 to the last digit; xsimd squares its argument, which may overflow
  return xsimd::select(xsimd::abs(x) > Batch(10.0), xsimd::copysign(Batch(1.0), x), xsimd::erf(x));
#else
  constexpr float up[] = {-1.60960333262415e-02f, -2.95459980854025e-03f, -7.34990630326855e-04f, -5.69250639462346e-05f,
                          -2.10102402082508e-06f, 2.77068142495902e-08f,  -2.72614225801306e-10f};
  constexpr float down[] = {-1.42647390514189e-02f, -7.37332916720468e-03f, -1.68282697438203e-03f, -2.13374055278905e-04f,
                            -1.45660718464996e-05f};
  const Batch cut = xsimd::min(Batch(4.0f), xsimd::max(Batch(-4.0f), x)), square = cut * cut;  // in this order NaN stays NaN
  return cut * (polynomial(square, up) / polynomial(square, down));
#endif
}

}  // namespace qkv::kernels
