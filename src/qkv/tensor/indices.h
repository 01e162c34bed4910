#pragma once
#include <qkv/tensor/shape.h>

#include <cstdint>

// Numbers in braces, and arrays without a gradient: whole numbers that name things, and marks that hide them.

namespace qkv {

/// Numbers in nested braces, as one writes them down: {{1, 2, 3}, {4, 5, 6}} is 2 x 3. What tensor(), Indices and Mask take.
/// It only points at the braces, which last as long as the call they stand in: for parameters, not to be kept.
class Nested {
 public:
  constexpr Nested(double number) : number_(number) {}
  Nested(std::initializer_list<Nested> rows) : row_count_(static_cast<Index>(rows.size())) { rows_ = rows.begin(); }

  /// The shape that the braces spell, and the numbers in reading order.  Throw Error, naming `operation`, if rows differ in length.
  Shape shape(const char* operation) const;
  std::vector<double> numbers() const;

 private:
  union {
    double number_ = 0;
    const Nested* rows_;
  };
  Index row_count_ = -1;  // -1: a number
};

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
