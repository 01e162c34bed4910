#pragma once
#include <io/scratch.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/tensor/error.h>
#include <qkv/tensor/tensor.h>

#include <doctest/doctest.h>

#include <limits>

// What is said of wrong input, function by function, so that the messages can be read side by side.

namespace qkv {

struct Wrong {
  void (*attempt)();
  const char* message;
};

inline void check_messages(const std::vector<Wrong>& table) {
  for (const Wrong& row : table) CHECK(scratch::error_of(row.attempt) == std::string(row.message));
}

/// A folder for wrong files. Its name, another one in each run, is left out of the messages: "load_idx: short.idx: too short for an IDX file".
inline const scratch::Folder& folder() {
  static const scratch::Folder instance;
  return instance;
}
inline std::string without_folder(std::string message) {
  const std::string path = folder() / "";
  for (std::size_t at; (at = message.find(path)) != std::string::npos;) message.erase(at, path.size());
  return message;
}
/// Where the double build writes and reads f64, the tables say f32.
inline std::string as_in_float(std::string message) {
  const std::size_t at = message.find("holds f64");
  return at == std::string::npos ? message : message.replace(at, 9, "holds f32");
}
inline void check_file_messages(const std::vector<Wrong>& table) {
  for (const Wrong& row : table) CHECK(as_in_float(without_folder(scratch::error_of(row.attempt))) == std::string(row.message));
}

inline const double not_a_number = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();

inline Rng& rng() {
  static Rng instance(1);
  return instance;
}

/// Indices and a mask whose shape and contents were set apart.
inline Indices torn(const Shape& shape, std::vector<Index> values = {}) {
  Indices indices;
  indices.shape = shape;
  indices.values = values;
  return indices;
}
inline Mask torn_mask(const Shape& shape, std::vector<std::uint8_t> marks = {0}) {
  Mask mask;
  mask.shape = shape;
  mask.hidden = marks;
  return mask;
}

inline Tensor leaf(const Shape& shape) { return zeros(shape).requires_grad(true); }

}  // namespace qkv
