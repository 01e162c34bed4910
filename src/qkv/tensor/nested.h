#pragma once
#include <qkv/tensor/shape.h>

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

}  // namespace qkv
