#include <qkv/show/text.h>
#include <qkv/tensor/check.h>

#include <algorithm>

namespace qkv::show {
namespace {

struct Character {
  std::string bytes;
  char32_t code;
};

/// Reads the character at `at` and moves `at` behind it.
Character next(const std::string& text, std::size_t& at) {
  auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  unsigned first = byte(at);
  std::size_t length = first < 0x80                    ? 1
                       : first >= 0xC2 && first < 0xE0 ? 2
                       : first >= 0xE0 && first < 0xF0 ? 3
                       : first >= 0xF0 && first < 0xF5 ? 4
                                                       : 0;
  char32_t code = length == 1 ? first : first & (0x7Fu >> length);
  bool valid = length > 0;
  for (std::size_t i = 1; i < length; ++i) {
    valid = valid && (byte(at + i) & 0xC0u) == 0x80u;
    code = code << 6 | (byte(at + i) & 0x3Fu);
  }
  // Not a longer spelling of a shorter one, not half of a pair in UTF-16, not beyond Unicode.
  valid = valid && (length < 3 || code >= (length == 3 ? 0x800u : 0x10000u)) && (code < 0xD800 || code > 0xDFFF) && code <= 0x10FFFF;
  Character result = valid ? Character{text.substr(at, length), code} : Character{"?", U'?'};
  at += valid ? length : 1;
  return result;
}

std::size_t columns_of(char32_t code) {
  static constexpr struct {
    char32_t first, last;
  } none[] = {{0x300, 0x36F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}},
    two[] = {{0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},  {0xFE30, 0xFE4F},
             {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
  auto holds = [code](const auto& range) { return code >= range.first && code <= range.last; };
  if (std::any_of(std::begin(none), std::end(none), holds)) return 0;
  return std::any_of(std::begin(two), std::end(two), holds) ? 2 : 1;
}

bool may_break(const Character& a, const Character& b) {
  auto among = [](const Character& c, const char* characters) { return std::string(characters).find(c.bytes) != std::string::npos; };
  if (a.bytes == " " || b.bytes == " ") return b.bytes != " ";
  bool chinese = columns_of(a.code) == 2 || columns_of(b.code) == 2;
  return chinese && !among(a, "（《「『([") && !among(b, "，。；：、）》」』！？),.;:!?]");
}

/// Pieces between which a line may break; blanks stay at the end of the piece before them.
std::vector<std::string> pieces(const std::string& line) {
  std::vector<std::string> result;
  Character before{" ", U' '};
  for (std::size_t at = 0; at < line.size();) {
    Character c = next(line, at);
    if (result.empty() || may_break(before, c)) result.emplace_back();
    result.back() += c.bytes;
    before = c;
  }
  return result;
}

/// No page is as wide: a negative number became one without sign.
constexpr std::size_t widest = 1'000'000;

/// The blanks that a text lacks.
std::string blanks(const char* operation, const std::string& text, std::size_t columns) {
  require(columns <= widest, operation, ": ", columns, " columns: at most ", widest);
  return std::string(columns - std::min(columns, width(text)), ' ');
}

}  // namespace

std::vector<std::string> characters(const std::string& text) {
  std::vector<std::string> result;
  for (std::size_t at = 0; at < text.size();) result.push_back(next(text, at).bytes);
  return result;
}

std::size_t width(const std::string& text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) columns += columns_of(next(text, at).code);
  return columns;
}

std::string repeat(const std::string& text, std::size_t times) {
  require(times <= widest, "repeat: ", times, " times: at most ", widest);
  std::string result;
  while (times-- > 0) result += text;
  return result;
}

std::string left(const std::string& text, std::size_t columns) { return text + blanks("left", text, columns); }
std::string right(const std::string& text, std::size_t columns) { return blanks("right", text, columns) + text; }
std::string centre(const std::string& text, std::size_t columns) {
  const std::size_t missing = blanks("centre", text, columns).size();
  return std::string(missing / 2, ' ') + text + std::string(missing - missing / 2, ' ');
}

std::vector<std::string> wrap(const std::string& text, std::size_t columns) {
  std::vector<std::string> lines;
  auto trimmed = [](const std::string& line) { return line.substr(0, line.find_last_not_of(' ') + 1); };
  for (std::size_t start = 0; start <= text.size();) {
    std::size_t end = std::min(text.find('\n', start), text.size());
    std::string line;
    for (const std::string& piece : pieces(text.substr(start, end - start))) {
      if (!line.empty() && width(line) + width(trimmed(piece)) > columns) {
        lines.push_back(trimmed(line));
        line.clear();
      }
      line += piece;
    }
    lines.push_back(trimmed(line));
    start = end + 1;
  }
  return lines;
}

}  // namespace qkv::show
