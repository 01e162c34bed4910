#include <qkv/tensor/check.h>

namespace qkv {

Error::Error(const std::string& message) : std::runtime_error(message) {}
Error::~Error() = default;

namespace {

/// Bytes of the UTF-8 character that begins at `at`, and its code; 0 if none does.
std::size_t character(const std::string& text, std::size_t at, std::uint32_t& code) {
  static constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};  // of two to four bytes: what fewer could hold is none
  const std::uint32_t first = static_cast<unsigned char>(text[at]);
  const std::size_t bytes = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
  if (bytes == 0 || bytes > text.size() - at) return 0;
  code = bytes == 1 ? first : first & (0xffu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const std::uint32_t next = static_cast<unsigned char>(text[at + i]);
    if (next >> 6 != 2) return 0;
    code = code << 6 | (next & 63);
  }
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return code >= least[bytes] && code <= 0x10ffff && !surrogate ? bytes : 0;
}

/// Controls (ASCII's and C1), line and paragraph separators, and what turns the direction of writing.
bool steers(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x61c || code == 0x200e || code == 0x200f ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

}  // namespace

std::string escaped(const std::string& text, std::size_t most) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string result;
  std::size_t printed = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::uint32_t code = 0;
    const std::size_t bytes = character(text, at, code), taken = bytes ? bytes : 1;
    std::string piece = text.substr(at, taken);
    const bool written_out = !bytes || steers(code);
    if (written_out) {
      piece = code == '\n' && bytes ? "\\n" : "";
      for (std::size_t i = at; i < at + taken && piece != "\\n"; ++i) {
        const unsigned byte = static_cast<unsigned char>(text[i]);
        piece += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
      }
    }
    const std::size_t wide = written_out ? piece.size() : 1;
    if (printed + wide > most) return result + "...";
    printed += wide;
    result += piece;
    at += taken;
  }
  return result;
}

}  // namespace qkv
