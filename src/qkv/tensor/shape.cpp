#include <qkv/tensor/check.h>
#include <qkv/tensor/shape.h>

#include <algorithm>
#include <ostream>

namespace qkv {

Shape::Shape(std::initializer_list<Index> sizes) {
  for (Index size : sizes) push_back(size);
}

Shape::Shape(const std::vector<Index>& sizes) {
  for (Index size : sizes) push_back(size);
}

Index Shape::count() const {
  constexpr Index most = Index{1} << (sizeof(Index) == 8 ? 48 : 27);  // beyond any memory (of 32 bits), and still countable in bytes
  Index product = 1;
  for (Index size : *this)
    if (__builtin_mul_overflow(product, size, &product) || product > most) fail("shape: ", *this, " holds more numbers than any memory");
  return product;
}

void Shape::push_back(Index size) {
  require(rank_ < max_rank, "shape: more than ", max_rank, " axes");
  sizes_[rank_++] = size;
}

Shape Shape::with(Index axis, Index size) const {
  require(axis >= 0 && axis <= rank_, "shape: no place ", axis, " for a new axis in ", *this);
  Shape result = *this;
  result.push_back(size);
  std::rotate(result.sizes_ + axis, result.sizes_ + rank_, result.sizes_ + rank_ + 1);
  return result;
}

Shape Shape::without(Index axis) const {
  require(axis >= 0 && axis < rank_, "shape: no axis ", axis, " to leave out of ", *this);
  Shape result;
  for (Index i = 0; i < rank_; ++i)
    if (i != axis) result.push_back(sizes_[i]);
  return result;
}

Shape Shape::part(Index from, Index to) const {
  Shape result;
  for (Index i = from; i < to; ++i) result.push_back((*this)[i]);
  return result;
}

bool Shape::operator==(const Shape& other) const { return std::equal(begin(), end(), other.begin(), other.end()); }

std::string Shape::text() const {
  std::string result = "(";
  for (Index i = 0; i < rank_; ++i) result += (i ? ", " : "") + std::to_string(sizes_[i]);
  return result + (rank_ == 1 ? ",)" : ")");
}

void Shape::no_such_axis(Index axis, const char* operation) const {
  if (rank_ == 0) fail(operation, ": axis ", axis, " of (): a single number has no axes");
  fail(operation, ": axis ", axis, " of ", *this, ": must be from ", -rank_, " to ", rank_ - 1);
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) { return out << shape.text(); }

Axes Axes::all() {
  Axes axes(std::vector<Index>{});
  axes.all_ = true;
  return axes;
}

std::vector<bool> Axes::among(const Shape& shape, const char* operation) const {
  std::vector<bool> chosen(static_cast<std::size_t>(shape.rank()), all_);
  for (Index axis : list_) {
    auto at = chosen.begin() + shape.position(axis, operation);
    require(!*at, operation, ": axis ", axis, " of ", shape, " is named twice");
    *at = true;
  }
  return chosen;
}

Shape broadcast_shape(const Shape& a, const Shape& b, const char* operation) {
  if (a == b) return a;
  const Shape& longer = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  Shape result = longer;
  for (Index i = 1; i <= shorter.rank(); ++i) {
    Index one = longer[-i], other = shorter[-i];
    if (one != other && one != 1 && other != 1)
      fail(operation, ": ", a, " with ", b, ": sizes ", a[-i], " and ", b[-i],
           " do not match; counted from the last axis they must be equal or 1");
    result[-i] = one == 1 ? other : one;
  }
  return result;
}

}  // namespace qkv
