#include <qkv/tensor/check.h>

#include <cmath>

#include "json.h"

namespace qkv::book {
namespace {

constexpr Index most_numbers = 1 << 16;  // of one argument: these are things to look at

void add_numbers(const Json& row, std::vector<Scalar>& to, const char* name) {
  for (const Json& number : row) {
    require(number.is_number(), name, ": must hold numbers, not ", number.dump());
    const double value = number.get<double>();
    require(std::isfinite(value), name, ": must hold finite numbers");
    to.push_back(static_cast<Scalar>(value));
  }
  require(static_cast<Index>(to.size()) <= most_numbers, name, ": more than ", most_numbers, " numbers");
}

Json nested(const Scalar*& number, const Shape& shape, Index axis) {
  if (axis == shape.rank()) return static_cast<double>(*number++);
  Json rows = Json::array();
  for (Index i = 0; i < shape[axis]; ++i) rows.push_back(nested(number, shape, axis + 1));
  return rows;
}

}  // namespace

const Json& Arguments::json(const char* name) const {
  require(has(name), name, ": is missing");
  return json_[name];
}

Tensor Arguments::vector(const char* name) const {
  const Json& row = json(name);
  require(row.is_array() && !row.empty(), name, ": must be a list of numbers");
  std::vector<Scalar> numbers;
  add_numbers(row, numbers, name);
  return tensor(Shape{static_cast<Index>(numbers.size())}, numbers);
}

Tensor Arguments::matrix(const char* name) const {
  const Json& rows = json(name);
  require(rows.is_array() && !rows.empty() && rows[0].is_array() && !rows[0].empty(), name, ": must be a list of rows of numbers");
  std::vector<Scalar> numbers;
  for (const Json& row : rows) {
    require(row.is_array() && row.size() == rows[0].size(), name, ": its rows must have the same length");
    add_numbers(row, numbers, name);
  }
  return tensor(Shape{static_cast<Index>(rows.size()), static_cast<Index>(rows[0].size())}, numbers);
}

double Arguments::number(const char* name, double otherwise) const {
  if (!has(name)) return otherwise;
  require(json(name).is_number(), name, ": must be a number");
  return json(name).get<double>();
}

Index Arguments::whole(const char* name, Index otherwise, Index least, Index most) const {
  const double value = number(name, static_cast<double>(otherwise));
  require(value == std::floor(value) && value >= static_cast<double>(least) && value <= static_cast<double>(most), name, " ", value,
          ": must be a whole number from ", least, " to ", most);
  return static_cast<Index>(value);
}

bool Arguments::flag(const char* name, bool otherwise) const {
  if (!has(name)) return otherwise;
  require(json(name).is_boolean(), name, ": must be true or false");
  return json(name).get<bool>();
}

std::string Arguments::text(const char* name, const std::string& otherwise) const {
  if (!has(name)) return otherwise;
  require(json(name).is_string(), name, ": must be a text");
  return json(name).get<std::string>();
}

std::vector<std::string> Arguments::texts(const char* name) const {
  std::vector<std::string> all;
  for (const Json& one : json(name)) {
    require(one.is_string(), name, ": must hold texts");
    all.push_back(one.get<std::string>());
  }
  return all;
}

std::vector<Index> Arguments::wholes(const char* name) const {
  std::vector<Index> all;
  for (const Json& one : json(name)) {
    require(one.is_number_integer(), name, ": must hold whole numbers");
    all.push_back(one.get<Index>());
  }
  return all;
}

Json list(const Tensor& x) {
  const Scalar* number = x.data();
  return nested(number, x.shape(), 0);
}

Json list(const Mask& mask) {
  Json rows = Json::array();
  for (Index i = 0; i < mask.shape[0]; ++i) {
    rows.push_back(Json::array());
    for (Index j = 0; j < mask.shape[1]; ++j) rows.back().push_back(static_cast<int>(mask.hidden[i * mask.shape[1] + j]));
  }
  return rows;
}

}  // namespace qkv::book
