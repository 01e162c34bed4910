#include "../exercise.h"

// Exercise 72: the bytes of an event file, and two rules that watch a training.
//   Write what is missing where it says your_turn, then run make exercise-72.

/// A whole number as protocol buffers write it: seven bits a byte, the lowest first; every byte but the last has 128 added.
/// 5 -> {5}, 300 = 2 * 128 + 44 -> {44 + 128, 2}.
std::vector<int> varint(Index number) { return your_turn; }

/// CRC-32C, bit by bit. Begin with rest = 0xffffffff. For each byte: rest ^= byte; then eight times: if the lowest bit of rest is 1,
/// shift right by one and ^= 0x82f63b78, else only shift. The answer is the rest with every bit turned over, ~rest.
std::uint32_t crc32c(const std::vector<unsigned char>& bytes) { return your_turn; }

/// The share of units (columns) that are 0 in every row: units (rows, n), none of them negative. max(units, {0}) is (n).
double share_dead(const Tensor& units) { return your_turn; }

/// The first step at which a curve is above a bound, or -1. A value that is not a number counts as above.
/// (NaN <= bound is false, and so is NaN > bound.)
double first_above(const std::vector<double>& steps, const std::vector<double>& values, double bound) { return your_turn; }

#include "exercise_checks.h"
