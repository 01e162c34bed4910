#pragma once
#include <qkv/tensor/shape.h>

#include <cstdint>

// Nested braces of numbers, and arrays without a gradient: integers used as indices, and masks.

namespace qkv {

/// Numbers in nested braces: {{1, 2, 3}, {4, 5, 6}} is 2 x 3. tensor(), Indices and Mask take it.
/// It only points at the braces, which live until the end of the call. Use it for parameters and do not store it.
class Nested {
 public:
  constexpr Nested(double number) : number_(number) {}
  Nested(std::initializer_list<Nested> rows) : row_count_(static_cast<Index>(rows.size())) { rows_ = rows.begin(); }

  /// The shape of the braces / the numbers in row-major order.  Throw Error, naming `operation`, if rows differ in length.
  Shape shape(const char* operation) const;
  std::vector<double> numbers() const;

 private:
  union {
    double number_ = 0;
    const Nested* rows_;
  };
  Index row_count_ = -1;  // -1: a number
};

/// Integers with a shape: token ids, classes, positions.
struct Indices {
  Shape shape;
  std::vector<Index> values;  ///< in reading order, shape.count() of them

  Indices() = default;
  /// Indices such as {{3, 1}, {0, 2}}.  Throws Error if a number is not an integer.
  Indices(std::initializer_list<Nested> rows);
  /// Throws Error unless shape.count() values are given.
  Indices(const Shape& shape, std::vector<Index> values);
  /// Both members can be changed freely. Throws Error, naming `operation`, if values.size() no longer equals shape.count().
  void check(const char* operation) const;
};

/// A boolean mask: true where attention may NOT go (as in PyTorch's nn.MultiheadAttention).
/// A mask made without arguments (an empty mask, of shape (0,)) hides nothing and fits every shape. Any other mask, even one of (0, 5), which
/// holds no marks either, must fit the shape it is used for.
struct Mask {
  Shape shape = {0};
  std::vector<std::uint8_t> hidden;  ///< in reading order: 1 = hidden

  Mask() = default;
  /// A mask such as {{0, 1}, {0, 0}}: 1 = hidden.  Throws Error if a number is not 0 or 1.
  Mask(std::initializer_list<Nested> rows);
  /// Throws Error unless shape.count() marks are given.
  Mask(const Shape& shape, std::vector<std::uint8_t> hidden);

  /// Throws Error, naming `operation`, unless there are still as many marks as the shape says.
  void check(const char* operation) const;

  bool empty() const { return hidden.empty() && shape == Shape{0}; }
  /// The same marks under another shape.  Throws Error if the counts differ.
  Mask reshaped(const Shape& to) const;
};

/// Hidden where either mask hides / where both do, broadcast; an empty mask hides nothing.
Mask operator|(const Mask& a, const Mask& b);
Mask operator&(const Mask& a, const Mask& b);
/// The inverse of a mask. An empty mask stays empty: it has no shape in which everything could be hidden.
Mask operator~(const Mask& mask);

/// (queries, keys), hidden where key > query (the future). `offset` keys come before the first query, as in decoding with a cache.
Mask causal_mask(Integer queries, Integer keys, Integer offset = 0);
/// (B, keys), each row hidden from its length on: the padding after sequences of these lengths.
Mask padding_mask(const std::vector<Index>& lengths, Integer keys);

std::ostream& operator<<(std::ostream& out, const Indices& indices);
std::ostream& operator<<(std::ostream& out, const Mask& mask);

}  // namespace qkv
