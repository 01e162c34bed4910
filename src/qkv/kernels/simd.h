#pragma once
#include <qkv/tensor/scalar.h>

#include <xsimd/xsimd.hpp>

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <utility>

// Vector registers, for the .cpp files of kernels/. A Batch holds as many numbers as one register.

namespace qkv::kernels {

using Batch = xsimd::batch<Scalar>;
constexpr Index width = static_cast<Index>(Batch::size);

/// n rounded up to a multiple of the register width.
inline Index in_registers(Index n) { return (n + width - 1) / width * width; }

/// How the numbers of a register are read and written: all of them,
struct Whole {
  Batch load(const Scalar* x, Scalar = 0) const { return Batch::load_unaligned(x); }
  void store(const Batch& value, Scalar* x) const { value.store_unaligned(x); }
  Batch only(const Batch& value) const { return value; }
};
/// or only the first `count`. load fills the other lanes with `behind`, store leaves that memory alone, only(value) sets them to 0.
struct First {
  Index count;
  Batch load(const Scalar* x, Scalar behind = 0) const {
    Scalar padded[width];
    for (Index i = 0; i < width; ++i) padded[i] = i < count ? x[i] : behind;
    return Batch::load_unaligned(padded);
  }
  void store(const Batch& value, Scalar* x) const {
    Scalar padded[width];
    value.store_unaligned(padded);
    for (Index i = 0; i < width; ++i)
      if (i < count) x[i] = padded[i];
  }
  Batch only(const Batch& value) const {
    Scalar padded[width] = {};
    store(value, padded);
    return Batch::load_unaligned(padded);
  }
};

/// Calls f(i, numbers) for i = 0, width, ... below n. numbers.load(x + i) and numbers.store(value, y + i) access one register from i on, or
/// the few numbers that are left. There are two loops: handling those few in the main loop would cost all other rounds registers.
template <class F>
void for_registers(Index n, F f) {
  Index i = 0;
  for (; i + width <= n; i += width) f(i, Whole());
  if (i < n) f(i, First{n - i});
}

/// The compiler's own vector type, whose lanes __builtin_shufflevector puts in any order: xsimd's zip does not cross its 128-bit lanes.
using Lanes [[gnu::vector_size(sizeof(Batch))]] = Scalar;

template <Index from, std::size_t... place>
Lanes interleave(const Lanes& a, const Lanes& b, std::index_sequence<place...>) {
  return __builtin_shufflevector(a, b, (from + static_cast<Index>(place) / 2 + (place % 2 ? width : 0))...);
}
/// a0 b0 a1 b1 ..., from place `from` on.
template <Index from>
Lanes interleave(const Lanes& a, const Lanes& b) {
  return interleave<from>(a, b, std::make_index_sequence<width>());
}

/// Adds the lanes of a register to as many doubles / rounds these doubles.
inline void add_lanes(const Batch& x, double (&sums)[width]) {
  Scalar lanes[width];
  x.store_unaligned(lanes);
  for (Index i = 0; i < width; ++i) sums[i] += static_cast<double>(lanes[i]);
}
inline Batch rounded(const double (&sums)[width]) {
  Scalar lanes[width];
  for (Index i = 0; i < width; ++i) lanes[i] = static_cast<Scalar>(sums[i]);
  return Batch::load_unaligned(lanes);
}

/// The sum of term(i, numbers) for i = 0, width, ... below n, accurate to the last digits for any n. A running sum in float would lose
/// terms much smaller than itself. So four registers are added in pairs, and their sums in doubles. A few hundred terms stay in floats.
template <class Term>
double sum_of(Index n, Term term) {
  constexpr Index four = 4 * width, few = 8 * four;
  const Whole all;
  auto pairs = [&](Index i) { return (term(i, all) + term(i + width, all)) + (term(i + 2 * width, all) + term(i + 3 * width, all)); };
  Index i = 0;
  Batch lanes(Scalar(0));
  double sum = 0;
  if (n <= few) {
    for (; i + four <= n; i += four) lanes += pairs(i);
  } else {
    double sums[width] = {};
    for (; i + four <= n; i += four) add_lanes(pairs(i), sums);
    using Doubles = xsimd::batch<double>;
    Doubles total = Doubles::load_unaligned(sums);
    for (Index lane = Doubles::size; lane < width; lane += Doubles::size) total += Doubles::load_unaligned(sums + lane);
    sum = xsimd::hadd(total);
  }
  for (; i + width <= n; i += width) lanes += term(i, all);
  if (i < n) lanes += term(i, First{n - i});
  return sum + static_cast<double>(xsimd::hadd(lanes));
}

/// A mask of the first n lanes of a register.
inline Batch::batch_bool_type first_lanes(Index n) {
  Scalar places[width];
  for (Index i = 0; i < width; ++i) places[i] = static_cast<Scalar>(i);
  return Batch::load_unaligned(places) < Batch(static_cast<Scalar>(n));
}

/// sum_i p_(first + step i) x^i. The compiler unrolls it.
template <std::size_t first = 0, std::size_t step = 1, std::size_t terms>
Batch polynomial(const Batch& x, const Scalar (&p)[terms]) {
  constexpr std::size_t last = first + (terms - 1 - first) / step * step;
  Batch sum(p[last]);
  for (std::size_t i = last; i > first; i -= step) sum = xsimd::fma(sum, x, Batch(p[i - step]));
  return sum;
}

/// The same from x and its square, with even and odd powers apart: half as many roundings follow one another.
template <std::size_t terms>
Batch polynomial_in_halves(const Batch& x, const Batch& square, const Scalar (&p)[terms]) {
  return xsimd::fma(polynomial<1, 2>(square, p), x, polynomial<0, 2>(square, p));
}

using Bits = xsimd::batch<std::conditional_t<sizeof(Scalar) == 8, std::uint64_t, std::uint32_t>>;

// e^x and related functions, without a branch. exp, tanh, sigmoid and erf are within 2 units in the last place of the correctly rounded
// result over the whole range, from the largest number to the smallest; NaN gives NaN. All use n = x / ln 2, rounded to an integer. Then
// e^x = 2^n e^r, r = x - n ln 2, and a polynomial gives e^r. x + `rounding` has no fraction: it ends in n; its bits, shifted, are 2^n.

#ifdef QKV_DOUBLE
constexpr int fraction_bits = 52;
constexpr Scalar rounding = 0x1.8p52, exponent_of_one = 1023;
constexpr Scalar ln2_high = 6.93145751953125e-1, ln2_low = 1.42860682030941723212e-6;  // n ln2_high is exact for every exponent n
constexpr Scalar exp_overflows = 710, exp_vanishes = -746, normal_vanishes = 40;
/// (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2.
constexpr Scalar exp_terms[] = {0.50000000000000055946,   0.1666666666666668615,    0.041666666666572998359,    0.0083333333333144724901,
                                0.0013888888932602671524, 0.0001984126990332912706, 0.000024801504158630508662, 2.755722765669907436e-6,
                                2.7626446972524802649e-7, 2.5114575471561038022e-8};
#else
constexpr int fraction_bits = 23;
constexpr Scalar rounding = 0x1.8p23f, exponent_of_one = 127;
constexpr Scalar ln2_high = 0.693359375f, ln2_low = -2.1219444005469058277e-4f;
constexpr Scalar exp_overflows = 89, exp_vanishes = -104.5f, tanh_is_one = 9.2f, normal_vanishes = 15;
constexpr Scalar exp_terms[] = {0.5f, 0.16666580177148952f, 0.041666468159279383f, 0.0083628970062352012f, 0.0013935272126134162f};
#endif
constexpr Scalar log2_e = static_cast<Scalar>(1.4426950408889634074), ln2 = static_cast<Scalar>(0.69314718055994530942);

/// e^r - 1 for |r| <= ln(2) / 2.
inline Batch expm1_near_zero(const Batch& r) { return xsimd::fma(r * r, polynomial(r, exp_terms), r); }

/// 2^n e^r, where `sum` is n + `rounding` + 2 exponent_of_one.
inline Batch exp_from(const Batch& sum, const Batch& r) {
  // 2^n as two factors: 2^n alone may overflow, or be too small for full precision, although e^x does not.
  const Bits both = xsimd::bitwise_cast<Bits>(sum), half = both >> 1, rest = both - half;
  const Batch first = xsimd::bitwise_cast<Batch>(half << fraction_bits), second = xsimd::bitwise_cast<Batch>(rest << fraction_bits);
  return (expm1_near_zero(r) + Batch(Scalar(1))) * first * second;
}

/// e^x for x <= exp_overflows.
inline Batch exp_below(const Batch& x) {
  const Batch cut = xsimd::max(Batch(exp_vanishes), x), shift(rounding + 2 * exponent_of_one);  // in this order NaN stays NaN
  const Batch sum = xsimd::fma(cut, Batch(log2_e), shift), n = sum - shift;
  return exp_from(sum, xsimd::fma(n, Batch(-ln2_low), xsimd::fma(n, Batch(-ln2_high), cut)));
}
/// e^(x + rest), where `rest` is the rounding error of x. Without it the result's relative error would be |x| times that of x.
inline Batch exp_below(const Batch& x, const Batch& rest) {
  const Batch cut = xsimd::max(Batch(exp_vanishes), x), shift(rounding + 2 * exponent_of_one);
  const Batch sum = xsimd::fma(cut, Batch(log2_e), shift), n = sum - shift;
  return exp_from(sum, xsimd::fma(n, Batch(-ln2_high), cut) + xsimd::fma(n, Batch(-ln2_low), rest));
}

inline Batch exp(const Batch& x) { return exp_below(xsimd::min(Batch(exp_overflows), x)); }

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

/// 2^x for x up to 127; 0 where the result would be below the smallest normal number. In float within 2e-7.
inline Batch exp2(const Batch& x) {
#ifdef QKV_DOUBLE
  return xsimd::exp2(x);
#else
  const Batch round(rounding), sum = x + round, fraction = x - (sum - round);
  const Batch power = xsimd::bitwise_cast<Batch>((xsimd::bitwise_cast<Bits>(sum) + Bits(127)) << fraction_bits);
  return xsimd::select(x < Batch(-126.0f), Batch(0.0f), power * exp2_of_fraction(fraction));
#endif
}

/// tanh |x| = t / (t + 2), t = e^(2|x|) - 1 = 2^n (e^r - 1) + (2^n - 1). 1 is never subtracted from a number near 1: small x keep digits.
inline Batch tanh(const Batch& x) {
#ifdef QKV_DOUBLE
  return xsimd::tanh(x);  // two forms and a choice, and half a unit closer
#else
  const Batch one(Scalar(1)), two(Scalar(2)), shift(rounding + exponent_of_one), cut = xsimd::min(Batch(tanh_is_one), xsimd::abs(x));
  const Batch sum = xsimd::fma(cut, Batch(2 * log2_e), shift), n = sum - shift;
  const Batch r = xsimd::fma(n, Batch(-ln2), cut + cut);  // ln 2 in one piece: where n is large, t / (t + 2) hardly sees r
  const Batch power = xsimd::bitwise_cast<Batch>(xsimd::bitwise_cast<Bits>(sum) << fraction_bits);
  const Batch t = xsimd::fma(power, expm1_near_zero(r), power - one);
  return xsimd::copysign(t / (t + two), x);
#endif
}

/// 1 / (1 + e^-x). For x < 0 it is computed as e^x / (1 + e^x), so it can become as small as e^x.
inline Batch sigmoid(const Batch& x) {
  const Batch one(Scalar(1)), e = exp_below(xsimd::bitwise_or(x, Batch(Scalar(-0.0))));  // -|x|
  return xsimd::select(x < Batch(Scalar(0)), e, one) / (one + e);
}

/// The normal distribution's tail: a number exceeds a = |x| with probability `ratio` e, e = e^(-a^2 / 2). The ratio is a quotient of
/// polynomials and falls from 1/2 as slowly as 1 / a. It is accurate (within 5 units in the last place) where 1 - P(a) has no digits.
/// e reaches 0 before a reaches `normal_vanishes`, to which larger a are clipped: infinity times 0 would be NaN.
struct Tail {
  Batch a, e, ratio;

  explicit Tail(const Batch& x) : a(xsimd::min(Batch(normal_vanishes), xsimd::abs(x))), e(bell(a)) {
#ifdef QKV_DOUBLE
    constexpr double up[] = {0.50000000000000000044,    0.82776873484415603142,   0.67936720914121376696,   0.35715949697317920981,
                             0.13195586338905379921,    0.035637276408114570739,  0.0071154780516262753241, 0.0010384295199188066758,
                             0.00010641754353377791265, 6.9640866669560852683e-6, 2.2373658375822688723e-7};
    constexpr double down[] = {1,
                               2.4534220304911776328,
                               2.8162819775449470142,
                               2.0006374077189812873,
                               0.97956429047590984864,
                               0.34807225913767589584,
                               0.091897449014226619301,
                               0.018101486037199441999,
                               0.002620413172594219929,
                               0.00026731004798223071789,
                               0.000017456376546403434935,
                               5.6082444691758674416e-7};
#else
    constexpr float up[] = {0.5000000029948190230178f, 0.4387002483621324124603f, 0.1835356699574822534032f, 0.04073461331821579137608f,
                            0.0041313781708557388041f};
    constexpr float down[] = {1,
                              1.675285487339101385088f,
                              1.203750871580086296977f,
                              0.4702640736859698958057f,
                              0.1021128425623511684776f,
                              0.0103557129857383244918f};
#endif
    const Batch square = a * a;
    ratio = polynomial_in_halves(a, square, up) / polynomial_in_halves(a, square, down);
  }

 private:
  /// e^(-a^2 / 2). a is split in two parts, and the square of the first part is exact.
  static Batch bell(const Batch& all) {
    const Bits first_half(~((typename Bits::value_type(1) << (fraction_bits / 2 + 1)) - 1));
    const Batch high = xsimd::bitwise_cast<Batch>(xsimd::bitwise_cast<Bits>(all) & first_half), minus_half(Scalar(-0.5));
    return exp_below(minus_half * (high * high), minus_half * ((all - high) * (all + high)));
  }
};

/// erf: near 0, x plus x times a polynomial in x^2; elsewhere 1 minus twice the tail beyond sqrt(2) x.
inline Batch erf(const Batch& x) {
#ifdef QKV_DOUBLE
  constexpr double p[] = {0.12837916709551257309,   -0.37612638903183717543,    0.11283791670952632463,    -0.026866170644436762633,
                          0.0052239776155161532283, -0.00085483261951029772645, 0.00012055289823737585701, -0.000014924202709926769212,
                          1.6430780928538282484e-6, -1.5940876045932574046e-7,  1.1475376152407440667e-8};
#else
  constexpr float p[] = {0.12837916562989355036f,   -0.37612619922818463967f,  0.11283392975623831904f,
                         -0.026835434618598682595f, 0.0051159817991448908559f, -0.00067610964080289808651f};
#endif
  const Batch a = xsimd::abs(x), square = a * a;
  const Tail tail(a * Batch(Scalar(1.41421356237309504880)));
  const Batch near = xsimd::fma(x, polynomial(square, p), x), far = Batch(Scalar(1)) - Batch(Scalar(2)) * tail.ratio * tail.e;
  return xsimd::select(a < Batch(Scalar(0.75)), near, xsimd::copysign(far, x));
}

}  // namespace qkv::kernels
