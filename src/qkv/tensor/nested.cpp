#include <qkv/tensor/check.h>
#include <qkv/tensor/nested.h>

namespace qkv {

Nested::Nested(double number) : leaf_(true), number_(number) {}
Nested::Nested(std::initializer_list<Nested> rows) : leaf_(false), rows_(rows) {}
Nested::Nested(const Nested& other) = default;
Nested::~Nested() = default;

Shape Nested::shape(const char* operation) const {
  if (leaf_) return {};
  if (rows_.empty()) return {0};
  Shape first = rows_[0].shape(operation);
  for (std::size_t i = 1; i < rows_.size(); ++i) {
    Shape other = rows_[i].shape(operation);
    require(other == first, operation, ": entry 0 has shape ", first, ", entry ", i, " has ", other, ": all must agree");
  }
  return first.with(0, static_cast<Index>(rows_.size()));
}

std::vector<double> Nested::numbers() const {
  if (leaf_) return {number_};
  std::vector<double> all;
  for (const Nested& row : rows_)
    for (double number : row.numbers()) all.push_back(number);
  return all;
}

}  // namespace qkv
