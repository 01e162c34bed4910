#pragma once
#include <qkv/tensor/indices.h>

#include <string>
#include <unordered_map>
#include <vector>

namespace qkv::datasets {

/// The characters of a text, with a number each: what a model reads that writes one character after another. A Chinese character is one,
/// whatever its number of bytes (UTF-8). Number 0 stands for every character that has no number, and is written as "\xEF\xBF\xBD" (U+FFFD).
class Characters {
 public:
  static constexpr Index unknown = 0;

  /// Unknown only.
  Characters() = default;
  /// The characters of this text, in the order of their codes; if there are too many, the most frequent ones, so that size() is at most
  /// `most`. Bytes that are not UTF-8 get no number.  Throws Error if most < 1.
  explicit Characters(const std::string& text, Integer most = 4096);

  Index size() const { return static_cast<Index>(characters_.size()); }
  /// Throws Error if there is no such number.
  const std::string& character(Integer number) const;
  /// The number of each character / the text of these numbers.
  std::vector<Index> encode(const std::string& text) const;
  std::string decode(const std::vector<Index>& numbers) const;

 private:
  std::vector<std::string> characters_ = {"\xEF\xBF\xBD"};
  std::unordered_map<std::uint32_t, Index> numbers_;  // by the bytes of a character
};

std::ostream& operator<<(std::ostream& out, const Characters& characters);

}  // namespace qkv::datasets
