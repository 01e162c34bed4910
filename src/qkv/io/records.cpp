#include <qkv/io/file.h>
#include <qkv/io/records.h>
#include <qkv/tensor/check.h>

#include <array>
#include <cstring>

namespace qkv::io {
namespace {

/// What a byte at the end of the division leaves: eight steps of it, for each of the 256 bytes. Bits run from low to high, so the polynomial
/// 0x1EDC6F41 is written backwards.
std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = rest & 1 ? rest >> 1 ^ 0x82F63B78 : rest >> 1;
    table[byte] = rest;
  }
  return table;
}

template <class Whole>
std::string little_endian(Whole number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};  // as it lies in memory; see io/numbers.cpp
}

template <class Whole>
Whole number_at(std::string_view bytes, std::size_t at) {
  Whole number;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  static const std::array<std::uint32_t, 256> table = make_table();
  std::uint32_t rest = ~0u;
  for (char byte : bytes) rest = table[(rest ^ static_cast<unsigned char>(byte)) & 255] ^ rest >> 8;
  return ~rest;
}

std::uint32_t masked_crc32c(std::string_view bytes) {
  const std::uint32_t crc = crc32c(bytes);
  return (crc >> 15 | crc << 17) + 0xa282ead8;
}

std::string framed(std::string_view bytes) {
  const std::string length = little_endian(std::uint64_t{bytes.size()});
  return length + little_endian(masked_crc32c(length)) + std::string(bytes) + little_endian(masked_crc32c(bytes));
}

Records read_records(const std::string& path) {
  const std::string where = "read_records: " + path + ": ", file = read_file(path, where);
  const std::string_view all = file;
  Records result;
  for (std::size_t at = 0; at < all.size();) {
    const auto check = [&](std::size_t from, std::size_t size, const char* what) {
      if (masked_crc32c(all.substr(from, size)) != number_at<std::uint32_t>(all, from + size))
        fail(where, "record ", result.records.size(), " at byte ", at, ": the checksum of its ", what, " does not fit");
    };
    const std::size_t left = all.size() - at;
    result.cut_off = left < 12;
    if (result.cut_off) break;
    check(at, 8, "length");
    const std::uint64_t length = number_at<std::uint64_t>(all, at);
    result.cut_off = left < 16 || length > left - 16;
    if (result.cut_off) break;
    check(at + 12, static_cast<std::size_t>(length), "bytes");
    result.records.emplace_back(all.substr(at + 12, static_cast<std::size_t>(length)));
    at += 16 + static_cast<std::size_t>(length);
  }
  return result;
}

}  // namespace qkv::io
