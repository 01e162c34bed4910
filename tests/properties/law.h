#pragma once
#include <compare.h>

#include <qkv/tensor/error.h>

#include <doctest/doctest.h>

// Laws that hold for every shape, tried on many that are drawn at random.

namespace qkv {

constexpr int runs = 300;  // of each law

/// Runs trial(rng) with the seeds 1, 2, ...; a failure prints the law and the seed.
template <class Trial>
void law(const std::string& name, Trial trial) {
  for (int seed = 1; seed <= runs; ++seed) {
    INFO(name, ", seed ", seed);
    Rng rng(static_cast<std::uint64_t>(seed));
    trial(rng);
  }
}

/// From `least` to `most`.
inline Index pick(Rng& rng, Index least, Index most) { return least + rng.below(most - least + 1); }

/// Up to `rank` axes of sizes from `least` to 4.
inline Shape any_shape(Rng& rng, Index rank, Index least = 1) {
  Shape shape;
  for (Index axes = pick(rng, 0, rank); axes > 0; --axes) shape.push_back(pick(rng, least, 4));
  return shape;
}

/// Equal up to rounding that grows with the size of the numbers.
inline bool close(const Tensor& a, const Tensor& b, double tolerance = 20 * rounding) {
  double largest = 1;
  for (Index i = 0; i < b.size(); ++i) largest = std::max(largest, std::abs(static_cast<double>(b.data()[i])));
  return largest_difference(a, b) <= tolerance * largest;
}
inline bool same(const Tensor& a, const Tensor& b) { return largest_difference(a, b) == 0; }

}  // namespace qkv
