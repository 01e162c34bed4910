#pragma once
#include <qkv/tensor/scalar.h>

#include <xsimd/xsimd.hpp>

#include <algorithm>

// Vector registers, for the .cpp files of kernels/: a Batch is as many numbers as one register holds.

namespace qkv::kernels {

using Batch = xsimd::batch<Scalar>;
constexpr Index width = static_cast<Index>(Batch::size);

/// The next `count` numbers, at most a register: the last ones, which do not fill it, with zeros behind them.
inline Batch load(const Scalar* x, Index count) {
  if (count >= width) return Batch::load_unaligned(x);
  Scalar padded[width] = {};
  std::copy(x, x + count, padded);
  return Batch::load_unaligned(padded);
}

/// The same back; nothing is written behind them.
inline void store(const Batch& value, Scalar* x, Index count) {
  if (count >= width) return value.store_unaligned(x);
  Scalar padded[width];
  value.store_unaligned(padded);
  std::copy(padded, padded + count, x);
}

/// The first n places of a register.
inline Batch::batch_bool_type first_lanes(Index n) {
  Scalar places[width];
  for (Index i = 0; i < width; ++i) places[i] = static_cast<Scalar>(i);
  return Batch::load_unaligned(places) < Batch(static_cast<Scalar>(n));
}

/// The largest number of a register.
inline Scalar hmax(const Batch& x) {
  Scalar lane[width];
  x.store_unaligned(lane);
  for (Index half = width / 2; half > 0; half /= 2)
    for (Index i = 0; i < half; ++i) lane[i] = lane[i] > lane[i + half] ? lane[i] : lane[i + half];
  return lane[0];
}

/// tanh. In float a quotient of two polynomials, as in Eigen, within 3e-7 and without a branch; beyond 7.9 it is 1 to the last digit.
inline Batch tanh(const Batch& x) {
#ifdef QKV_DOUBLE
  return xsimd::tanh(x);
#else
  constexpr float up[] = {4.89352455891786e-03f,  6.37261928875436e-04f, 1.48572235717979e-05f, 5.12229709037114e-08f,
                          -8.60467152213735e-11f, 2.00018790482477e-13f, -2.76076847742355e-16f};
  constexpr float down[] = {4.89352518554385e-03f, 2.26843463243900e-03f, 1.18534705686654e-04f, 1.19825839466702e-06f};
  const Batch limit(7.90531110763549805f), square = x * x;
  Batch above(up[6]), below(down[3]);
  for (int i = 5; i >= 0; --i) above = xsimd::fma(above, square, Batch(up[i]));
  for (int i = 2; i >= 0; --i) below = xsimd::fma(below, square, Batch(down[i]));
  return xsimd::select(xsimd::abs(x) > limit, xsimd::copysign(Batch(1.0f), x), x * above / below);
#endif
}

inline Batch sigmoid(const Batch& x) {
  const Batch one(Scalar(1));
  return one / (one + xsimd::exp(-x));
}

/// erf. From 10 on it is 1 to the last digit; xsimd squares its argument, which may overflow.
inline Batch erf(const Batch& x) {
  return xsimd::select(xsimd::abs(x) > Batch(Scalar(10)), xsimd::copysign(Batch(Scalar(1)), x), xsimd::erf(x));
}

}  // namespace qkv::kernels
