#pragma once
#include <qkv/tensor/shape.h>

namespace qkv {

/// Numbers in nested braces, as one writes them down: {{1, 2, 3}, {4, 5, 6}} is 2 x 3. What tensor(), indices() and mask() take.
class Nested {
 public:
  Nested(double number);
  Nested(std::initializer_list<Nested> rows);
  Nested(const Nested& other);  // these two out of line, so that lists of numbers compile to little code
  ~Nested();

  /// The shape that the braces spell, and the numbers in reading order.  Throw Error, naming `operation`, if rows differ in length.
  Shape shape(const char* operation) const;
  std::vector<double> numbers() const;

 private:
  Nested& operator=(const Nested&) = delete;

  bool leaf_;
  double number_ = 0;
  std::vector<Nested> rows_;
};

}  // namespace qkv
