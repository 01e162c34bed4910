#include <io/scratch.h>
#include <qkv/io/records.h>

#include <doctest/doctest.h>

using namespace qkv;
using scratch::error_of;
using scratch::little;

namespace {

/// The division bit by bit, as RFC 3720 says it: another way than the library's table.
std::uint32_t crc_bit_by_bit(const std::string& bytes) {
  std::uint32_t rest = 0xffffffff;
  for (char c : bytes)
    for (int bit = 0; bit < 8; ++bit) {
      const bool odd = (rest ^ static_cast<unsigned char>(c) >> bit) & 1;
      rest = odd ? rest >> 1 ^ 0x82f63b78 : rest >> 1;
    }
  return rest ^ 0xffffffff;
}

std::string complaint(const std::string& bytes) {
  scratch::Folder folder;
  const std::string path = folder.put("f", bytes), where = "read_records: " + path + ": ";
  const std::string message = error_of([&] { io::read_records(path); });
  return message.compare(0, where.size(), where) == 0 ? message.substr(where.size()) : message;
}

}  // namespace

TEST_CASE("records: CRC-32C has the published values") {
  CHECK(io::crc32c("123456789") == 0xE3069283);
  CHECK(io::crc32c("") == 0);
  // RFC 3720, appendix B.4: 32 bytes of zeros, of ones, from 0 up, from 31 down.
  std::string up, down;
  for (int i = 0; i < 32; ++i) up += static_cast<char>(i), down += static_cast<char>(31 - i);
  CHECK(io::crc32c(std::string(32, '\0')) == 0x8a9136aa);
  CHECK(io::crc32c(std::string(32, '\xff')) == 0x62a8ab43);
  CHECK(io::crc32c(up) == 0x46dd794e);
  CHECK(io::crc32c(down) == 0x113fdb5c);
}

TEST_CASE("records: CRC-32C by the table is the division bit by bit") {
  std::string bytes;
  for (int i = 0; i < 600; ++i) {
    CHECK(io::crc32c(bytes) == crc_bit_by_bit(bytes));
    bytes += static_cast<char>(i * 37 + i / 7);
  }
}

TEST_CASE("records: the mask turns by 15 bits and adds") {
  // 0xE3069283 rotated right by 15 is 0x2507C60D; plus 0xa282ead8.
  CHECK(io::masked_crc32c("123456789") == 0x2507C60Du + 0xa282ead8u);
}

TEST_CASE("records: the bytes around a record") {
  CHECK(io::framed("123456789") == little(9, 8) + little(io::masked_crc32c(little(9, 8)), 4) + "123456789" + little(0xC78AB0E5, 4));
}

TEST_CASE("records: what was framed is read, empty ones and long ones too") {
  scratch::Folder folder;
  const std::vector<std::string> records = {"one", "", std::string(70'000, 'x'), std::string("\0\1\2", 3)};
  std::string bytes;
  for (const std::string& record : records) bytes += io::framed(record);
  const io::Records read = io::read_records(folder.put("f", bytes));
  CHECK(read.records == records);
  CHECK_FALSE(read.cut_off);
  CHECK(io::read_records(folder.put("empty", "")).records.empty());
}

TEST_CASE("records: a file that is cut off anywhere gives the whole ones before") {
  scratch::Folder folder;
  const std::string first = io::framed("first"), both = first + io::framed("second");
  for (std::size_t size = 0; size < both.size(); ++size) {
    const io::Records read = io::read_records(folder.put("f", both.substr(0, size)));
    CHECK(read.records.size() == (size < first.size() ? 0u : 1u));
    CHECK(read.cut_off == (size != 0 && size != first.size()));
  }
}

TEST_CASE("records: every changed bit of a record is noticed") {
  const std::string sound = io::framed("first") + io::framed("second");
  for (std::size_t at = 0; at < sound.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      std::string bytes = sound;
      bytes[at] = static_cast<char>(bytes[at] ^ 1 << bit);
      REQUIRE(complaint(bytes) != "(no error)");
    }
  std::string wrong_length = sound, wrong_bytes = sound;
  wrong_length[0] = '\7';
  wrong_bytes[21 + 12] = 'S';
  CHECK(complaint(wrong_length) == "record 0 at byte 0: the checksum of its length does not fit");
  CHECK(complaint(wrong_bytes) == "record 1 at byte 21: the checksum of its bytes does not fit");
}

TEST_CASE("records: a length beyond the file is a record cut off, however large") {
  scratch::Folder folder;
  for (unsigned long long length : {6ull, 1ull << 40, ~0ull, ~0ull - 15}) {
    const std::string head = little(length, 8);
    const io::Records read = io::read_records(folder.put("f", head + little(io::masked_crc32c(head), 4) + "12345" + little(0, 4)));
    CHECK(read.records.empty());
    CHECK(read.cut_off);
  }
}
