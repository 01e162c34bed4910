#pragma once
#include <qkv/io/file.h>

#include <sstream>

// Files looked at byte by byte.

using namespace qkv;

std::string bytes_of(const std::string& path) { return io::read_file(path, "lesson 71: "); }

std::string hex(const std::string& bytes) {
  std::ostringstream text;
  for (unsigned char byte : bytes) text << (byte < 16 ? "0" : "") << std::hex << int(byte) << ' ';
  return text.str().substr(0, 3 * bytes.size() - 1);
}

/// The bits of the first of `count` numbers of 16 bits at a file's end, with blanks behind the sign and the exponent.
std::string bits_of(const std::string& file, std::size_t count, int exponent) {
  const std::size_t at = file.size() - 2 * count;
  const unsigned bits = static_cast<unsigned char>(file[at]) | static_cast<unsigned char>(file[at + 1]) << 8;
  std::string text;
  for (int bit = 15; bit >= 0; --bit) text += std::string(bits >> bit & 1 ? "1" : "0") + (bit == 15 || bit == 15 - exponent ? " " : "");
  return text;
}
