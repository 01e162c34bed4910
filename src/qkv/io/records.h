#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// TensorFlow's file of records (TFRecord), in which TensorBoard's event files are written: one record after another, each
//     length (8 bytes, little-endian) | checksum of these 8 (4 bytes) | the bytes | checksum of the bytes (4 bytes)

namespace qkv::io {

/// CRC-32C, the cyclic redundancy check with Castagnoli's polynomial (RFC 3720, appendix B.4).  crc32c("123456789") = 0xE3069283.
std::uint32_t crc32c(std::string_view bytes);

/// How a record carries it: rotated right by 15 bits, plus 0xa282ead8. (A checksum over bytes that contain their own checksum is worth
/// little; masked, it can be taken over again.)
std::uint32_t masked_crc32c(std::string_view bytes);

/// The bytes with lengths and checksums around them.
std::string framed(std::string_view bytes);

struct Records {
  std::vector<std::string> records;
  bool cut_off = false;  ///< the last one is incomplete (its writer was stopped, or is at work), and was left out
};

/// The records of a file.  Throws Error if it cannot be read, or at the first checksum that does not fit.
Records read_records(const std::string& path);

}  // namespace qkv::io
