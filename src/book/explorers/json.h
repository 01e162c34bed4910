#pragma once
#include <qkv/qkv.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

// Between JSON and tensors.

namespace qkv::book {

using Json = nlohmann::json;

/// Arguments by name, some with a default. Throw Error if one is missing or is no such thing.
class Arguments {
 public:
  explicit Arguments(const Json& json) : json_(json) {}

  bool has(const char* name) const { return json_.contains(name) && !json_[name].is_null(); }
  const Json& json(const char* name) const;
  /// A vector or a matrix of finite numbers.
  Tensor vector(const char* name) const;
  Tensor matrix(const char* name) const;
  double number(const char* name, double otherwise) const;
  Index whole(const char* name, Index otherwise, Index least, Index most) const;
  bool flag(const char* name, bool otherwise) const;
  std::string text(const char* name, const std::string& otherwise) const;
  std::vector<std::string> texts(const char* name) const;
  std::vector<Index> wholes(const char* name) const;
  Rng rng() const { return Rng(static_cast<std::uint64_t>(whole("seed", 0, 0, 1 << 30))); }

 private:
  const Json& json_;
};

/// Nested lists of a tensor's numbers: a single number for shape ().
Json list(const Tensor& x);
/// 1 where a mask of (queries, keys) hides, else 0.
Json list(const Mask& mask);

}  // namespace qkv::book
