#pragma once
#include <qkv/tensor/nested.h>

#include <cstdint>

// Arrays without a gradient: whole numbers that name things, and marks that hide them.

namespace qkv {

/// Whole numbers with a shape: words of a vocabulary, classes, positions.
struct Indices {
  Shape shape;
  std::vector<Index> values;  ///< in reading order, shape.count() of them

  Indices() = default;
  /// indices such as {{3, 1}, {0, 2}}.  Throws Error if a number is not whole.
  Indices(std::initializer_list<Nested> rows);
  /// Throws Error unless shape.count() values are given.
  Indices(const Shape& shape, std::vector<Index> values);
  /// Both members are open to be written. Throws Error, naming `operation`, unless there are still as many values as the shape says.
  void check(const char* operation) const;
};

/// Marks with a shape: true where attention may NOT go (PyTorch's nn.MultiheadAttention's rule).
/// A mask made without arguments hides nothing.
struct Mask {
  Shape shape = {0};
  std::vector<std::uint8_t> hidden;  ///< in reading order: 1 = hidden

  Mask() = default;
  /// A mask such as {{0, 1}, {0, 0}}: 1 = hidden.  Throws Error at anything but 0 and 1.
  Mask(std::initializer_list<Nested> rows);
  /// Throws Error unless shape.count() marks are given.
  Mask(const Shape& shape, std::vector<std::uint8_t> hidden);

  /// Throws Error, naming `operation`, unless there are still as many marks as the shape says.
  void check(const char* operation) const;

  bool empty() const { return hidden.empty(); }
  /// The same marks under another shape.  Throws Error if the counts differ.
  Mask reshaped(const Shape& to) const;
};

/// Hidden where either hides / where both do, broadcast; an empty mask hides nothing.
Mask operator|(const Mask& a, const Mask& b);
Mask operator&(const Mask& a, const Mask& b);
/// Every mark turned around. An empty mask stays empty: it has no shape to be all hidden in.
Mask operator~(const Mask& mask);

/// (queries, keys), hidden where key > query: the future. `offset` keys come before the first query, as in decoding with a cache.
Mask causal_mask(Integer queries, Integer keys, Integer offset = 0);
/// (B, keys), hidden from each row's length on: the padding behind sequences of these lengths.
Mask padding_mask(const std::vector<Index>& lengths, Integer keys);

std::ostream& operator<<(std::ostream& out, const Indices& indices);
std::ostream& operator<<(std::ostream& out, const Mask& mask);

}  // namespace qkv
