#include <qkv/datasets/characters.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <map>
#include <ostream>

namespace qkv::datasets {
namespace {

constexpr std::uint32_t replacement = 0xEFBFBD;  // U+FFFD, which stands for what is unknown

/// How many bytes the character takes that begins with this byte; 0: none begins so.
std::size_t bytes_from(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

/// f(bytes of a character as one number, how many), which for UTF-8 is the order of their codes; f(0, 1) for a byte that belongs to none.
template <class F>
void for_each_character(const std::string& text, F f) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = bytes_from(static_cast<unsigned char>(text[at]));
    bool sound = bytes > 0 && at + bytes <= text.size();
    std::uint32_t code = 0;
    for (std::size_t i = 0; sound && i < bytes; ++i) {
      const unsigned char byte = static_cast<unsigned char>(text[at + i]);
      sound = i == 0 || (byte & 0xC0) == 0x80;
      code = code << 8 | byte;
    }
    f(sound ? code : 0, sound ? bytes : 1);
    at += sound ? bytes : 1;
  }
}

}  // namespace

Characters::Characters(const std::string& text, Integer most) {
  require(most >= 1, "Characters: most ", most, ": must be at least 1, for unknown characters");
  std::map<std::uint32_t, Index> count;
  for_each_character(text, [&](std::uint32_t code, std::size_t) {
    if (code != 0 && code != replacement) ++count[code];
  });
  std::vector<std::pair<std::uint32_t, Index>> order(count.begin(), count.end());
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(most - 1)));
  std::sort(order.begin(), order.end());
  for (const auto& entry : order) {
    std::string bytes;
    for (std::uint32_t rest = entry.first; rest != 0; rest >>= 8) bytes.insert(bytes.begin(), static_cast<char>(rest & 0xFF));
    numbers_[entry.first] = size();
    characters_.push_back(bytes);
  }
}

const std::string& Characters::character(Integer number) const {
  require(number >= 0 && number < size(), "Characters: number ", number, " of ", size(), ": must be from 0 to ", size() - 1);
  return characters_[static_cast<std::size_t>(number)];
}

std::vector<Index> Characters::encode(const std::string& text) const {
  std::vector<Index> numbers;
  for_each_character(text, [&](std::uint32_t code, std::size_t) {
    const auto found = numbers_.find(code);
    numbers.push_back(found == numbers_.end() ? unknown : found->second);
  });
  return numbers;
}

std::string Characters::decode(const std::vector<Index>& numbers) const {
  std::string text;
  for (Index number : numbers) text += character(number);
  return text;
}

std::ostream& operator<<(std::ostream& out, const Characters& characters) { return out << characters.size() << " characters"; }

}  // namespace qkv::datasets
