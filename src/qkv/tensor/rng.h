#pragma once
#include <qkv/tensor/scalar.h>

#include <cstdint>
#include <iosfwd>
#include <random>
#include <string>
#include <vector>

namespace qkv {

/// Random numbers that are the same on every machine: std::mt19937_64 makes the bits, and our own code the distributions
/// (those of the standard library differ between implementations). Every random function takes an Rng&.
class Rng {
 public:
  explicit Rng(Exactly<std::uint64_t> seed = 0);

  /// 64 random bits.
  std::uint64_t bits();
  /// Uniform in [low, high).  Throws Error unless low <= high and both are finite.
  double uniform(double low = 0, double high = 1);
  /// Normal (Gaussian), by the Box-Muller formula.  Throws Error unless both are finite and the deviation is not negative.
  double normal(double mean = 0, double standard_deviation = 1);
  /// An integer from 0 to n - 1, each equally likely.  Throws Error unless n > 0.
  Index below(Integer n);
  /// The numbers 0 to n - 1 in random order.  Throws Error if n < 0.
  std::vector<Index> permutation(Integer n);

  /// The whole state as text, for a checkpoint / restores it. set_state throws Error if the text is not a state.
  std::string state() const;
  void set_state(const std::string& text);

 private:
  std::mt19937_64 engine_;
};

std::ostream& operator<<(std::ostream& out, const Rng& rng);

}  // namespace qkv
