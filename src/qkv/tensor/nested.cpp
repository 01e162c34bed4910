#include <qkv/tensor/check.h>
#include <qkv/tensor/nested.h>

namespace qkv {

Shape Nested::shape(const char* operation) const {
  if (row_count_ < 0) return {};
  if (row_count_ == 0) return {0};
  Shape first = rows_[0].shape(operation);
  for (Index i = 1; i < row_count_; ++i) {
    Shape other = rows_[i].shape(operation);
    require(other == first, operation, ": entry 0 has shape ", first, ", entry ", i, " has ", other, ": all must agree");
  }
  return first.with(0, row_count_);
}

std::vector<double> Nested::numbers() const {
  if (row_count_ < 0) return {number_};
  std::vector<double> all;
  for (Index i = 0; i < row_count_; ++i)
    for (double number : rows_[i].numbers()) all.push_back(number);
  return all;
}

}  // namespace qkv
