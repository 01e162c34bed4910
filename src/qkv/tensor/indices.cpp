#include <qkv/tensor/check.h>
#include <qkv/tensor/indices.h>
#include <qkv/tensor/strides.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>

namespace qkv {
namespace {

template <class T>
void print_rows(std::ostream& out, const Shape& shape, const T* values) {
  if (shape.rank() == 0) return void(out << +*values);
  Shape row = shape.without(0);
  out << '[';
  for (Index i = 0; i < shape[0]; ++i) {
    if (i) out << (row.rank() ? ",\n " : ", ");
    print_rows(out, row, values + i * row.count());
  }
  out << ']';
}

bool is_whole(const Shape& shape, std::size_t held) {
  return std::all_of(shape.begin(), shape.end(), [](Index size) { return size >= 0; }) && shape.count() == static_cast<Index>(held);
}

/// A new `what` of `shape` is given as many `numbers` as it holds.
void require_count(const char* what, const char* numbers, const Shape& shape, std::size_t given) {
  for (Index size : shape) require(size >= 0, what, ": shape ", shape, ": sizes must not be negative");
  require(is_whole(shape, given), what, ": shape ", shape, " holds ", shape.count(), " ", numbers, ", got ", given);
}

/// count() throws where the product of the sizes is beyond any memory.
Mask nothing_hidden(const Shape& shape) { return {shape, std::vector<std::uint8_t>(static_cast<std::size_t>(shape.count()))}; }

template <class F>
Mask combined(const char* operation, const Mask& a, const Mask& b, F f) {
  for (const Mask* each : {&a, &b}) each->check(operation);
  Mask result = nothing_hidden(broadcast_shape(a.shape, b.shape, operation));
  StridedRows<2> rows(result.shape, {broadcast_strides(a.shape, result.shape), broadcast_strides(b.shape, result.shape)});
  rows.for_each_row([&](Index start, const std::array<Index, 2>& at) {
    for (Index i = 0; i < rows.row_length(); ++i)
      result.hidden[start + i] =
          static_cast<std::uint8_t>(f(a.hidden[at[0] + i * rows.row_stride(0)], b.hidden[at[1] + i * rows.row_stride(1)]));
  });
  return result;
}

}  // namespace

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

void Indices::check(const char* operation) const {
  require(is_whole(shape, values.size()), operation, ": indices of shape ", shape, " with ", values.size(),
          " values: must be as many as the shape holds");
}

void Mask::check(const char* operation) const {
  require(is_whole(shape, hidden.size()), operation, ": mask of shape ", shape, " with ", hidden.size(),
          " marks: must be as many as the shape holds");
}

Indices::Indices(std::initializer_list<Nested> rows) : shape(Nested(rows).shape("indices")) {
  for (double number : Nested(rows).numbers()) {
    require(number == std::floor(number), "indices: ", number, " is not a whole number");
    const double most = std::fmin(0x1p53, -static_cast<double>(std::numeric_limits<Index>::min()));
    require(std::fabs(number) < most, "indices: ", number, " is too large");
    values.push_back(static_cast<Index>(number));
  }
}

Indices::Indices(const Shape& of, std::vector<Index> numbers) : shape(of), values(std::move(numbers)) {
  require_count("indices", "values", shape, values.size());
}

Mask::Mask(std::initializer_list<Nested> rows) : shape(Nested(rows).shape("mask")) {
  for (double number : Nested(rows).numbers()) {
    require(number == 0 || number == 1, "mask: ", number, " is neither 0 (visible) nor 1 (hidden)");
    hidden.push_back(number != 0);
  }
}

Mask::Mask(const Shape& of, std::vector<std::uint8_t> marks) : shape(of), hidden(std::move(marks)) {
  require_count("mask", "marks", shape, hidden.size());
}

Mask Mask::reshaped(const Shape& to) const {
  require(to.count() == shape.count(), "mask: cannot give ", shape, " the shape ", to, ": ", shape.count(), " and ", to.count(), " marks");
  return {to, hidden};
}

Mask operator|(const Mask& a, const Mask& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return combined("mask |", a, b, [](std::uint8_t x, std::uint8_t y) { return x | y; });
}
Mask operator&(const Mask& a, const Mask& b) {
  if (a.empty()) return a;
  if (b.empty()) return b;
  return combined("mask &", a, b, [](std::uint8_t x, std::uint8_t y) { return x & y; });
}
Mask operator~(const Mask& mask) {
  mask.check("mask ~");
  Mask result = mask;
  for (std::uint8_t& mark : result.hidden) mark = !mark;
  return result;
}

Mask causal_mask(Integer queries, Integer keys, Integer offset) {
  require(queries >= 0 && keys >= 0 && offset >= 0, "causal_mask: ", queries, " queries, ", keys, " keys, offset ", offset,
          ": must not be negative");
  Mask mask = nothing_hidden({queries, keys});
  for (Index i = 0; i < queries; ++i)
    for (Index j = 0; j < keys; ++j) mask.hidden[i * keys + j] = j - i > offset;
  return mask;
}

Mask padding_mask(const std::vector<Index>& lengths, Integer keys) {
  require(keys >= 0, "padding_mask: ", keys, " keys: must not be negative");
  Index rows = static_cast<Index>(lengths.size());
  Mask mask = nothing_hidden({rows, keys});
  for (Index b = 0; b < rows; ++b) {
    Index length = lengths[b];
    require(length >= 0 && length <= keys, "padding_mask: length ", length, " of row ", b, ": must be from 0 to ", keys);
    for (Index j = length; j < keys; ++j) mask.hidden[b * keys + j] = 1;
  }
  return mask;
}

std::ostream& operator<<(std::ostream& out, const Indices& indices) {
  if (!is_whole(indices.shape, indices.values.size()))
    return out << "(indices of shape " << indices.shape << " with " << indices.values.size() << " values)";
  print_rows(out, indices.shape, indices.values.data());
  return out;
}

std::ostream& operator<<(std::ostream& out, const Mask& mask) {
  if (!is_whole(mask.shape, mask.hidden.size()))
    return out << "(mask of shape " << mask.shape << " with " << mask.hidden.size() << " marks)";
  print_rows(out, mask.shape, mask.hidden.data());
  return out;
}

}  // namespace qkv
