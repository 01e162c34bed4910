#include <io/scratch.h>
#include <qkv/datasets/images.h>

#include <doctest/doctest.h>
#include <zlib.h>

using namespace qkv;
using scratch::big;
using scratch::error_of;

namespace {

std::string chunk(const std::string& name, const std::string& data) {
  std::string body = name + data;
  return big(data.size(), 4) + body + big(crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())), 4);
}

/// A PNG file written by hand. `kind`: 0 grey, 2 colour, 4 grey with alpha, 6 colour with alpha; each row of `rows` begins with a 0.
std::string png(unsigned width, unsigned height, unsigned kind, const std::string& rows) {
  uLongf size = compressBound(rows.size());
  std::string packed(size, '\0');
  compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(rows.data()), rows.size(), 9);
  packed.resize(size);
  std::string header = big(width, 4) + big(height, 4) + big(8, 1) + big(kind, 1) + big(0, 3);
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + chunk("IDAT", packed) + chunk("IEND", "");
}

Tensor read(const std::string& bytes) {
  scratch::Folder folder;
  return datasets::read_image(folder.put("f", bytes));
}

std::string complaint(const std::string& bytes) {
  scratch::Folder folder;
  std::string path = folder.put("f", bytes), where = "read_image: " + path + ": ";
  std::string message = error_of([&] { datasets::read_image(path); });
  return message.compare(0, where.size(), where) == 0 ? message.substr(where.size()) : message;
}

}  // namespace

TEST_CASE("read_image: grey and coloured, with and without alpha") {
  Tensor grey = read(png(3, 2, 0, std::string("\0\x00\x33\x66\0\x99\xcc\xff", 8)));
  CHECK(grey.shape() == Shape{2, 3, 1});
  for (Index i = 0; i < 6; ++i) CHECK(grey.data()[i] == doctest::Approx(0.2 * static_cast<double>(i)));

  Tensor coloured = read(png(2, 1, 2, std::string("\0\xff\0\0\0\xff\x33", 7)));
  CHECK(coloured.shape() == Shape{1, 2, 3});
  CHECK(coloured.at({0, 0, 0}) == 1);
  CHECK(coloured.at({0, 0, 1}) == 0);
  CHECK(coloured.at({0, 1, 1}) == 1);
  CHECK(coloured.at({0, 1, 2}) == doctest::Approx(0.2));

  Tensor grey_alpha = read(png(1, 1, 4, std::string("\0\x33\x10", 3)));
  CHECK(grey_alpha.shape() == Shape{1, 1, 1});
  CHECK(grey_alpha.item() == doctest::Approx(0.2));
  Tensor coloured_alpha = read(png(1, 1, 6, std::string("\0\x33\x66\x99\x10", 5)));
  CHECK(coloured_alpha.shape() == Shape{1, 1, 3});
  CHECK(coloured_alpha.at({0, 0, 2}) == doctest::Approx(0.6));
}

TEST_CASE("read_image: files that cannot be read and what is said of them") {
  struct Case {
    std::string bytes, message;
  };
  const std::string too_large = " pixels: at most 8192 a side and 16777216 in all are read";
  const Case cases[] = {
      {"", "not a PNG image"},
      {"\xff\xd8\xff\xe0" + std::string(100, '\1'), "not a PNG image"},
      {png(8193, 1, 0, ""), "8193 x 1" + too_large},
      {png(1, 8193, 0, ""), "1 x 8193" + too_large},
      {png(8192, 8192, 0, ""), "8192 x 8192" + too_large},
      {png(4096, 4096, 6, ""), "4096 x 4096 pixels cannot be in a file of 65 bytes"},
      {png(0, 1, 0, ""), "its header makes no sense"},
      {png(1, 1, 5, ""), "its header makes no sense"},
      {png(2, 2, 0, std::string(3, '\0')), "cannot decode: not enough pixels"},
      // One pixel that unfolds to 150 MB
      {png(1, 1, 0, std::string(150'000'000, '\0')), "cannot decode: outofmem"},
  };
  for (const Case& wrong : cases) CHECK(complaint(wrong.bytes) == wrong.message);
  scratch::Folder folder;
  std::string none = folder / "none", large = folder.put("large", "");
  CHECK(error_of([&] { datasets::read_image(none); }) == "read_image: " + none + ": cannot read: No such file or directory");
  std::filesystem::resize_file(large, (64 << 20) + 1);
  CHECK(error_of([&] { datasets::read_image(large); }) == "read_image: " + large + ": the file has 67108865 bytes: at most 67108864 are read");
}

TEST_CASE("read_image: cut off anywhere or with any bit changed, a file is refused") {
  std::string whole = png(2, 2, 0, std::string("\0ab\0cd", 6));
  REQUIRE(complaint(whole) == "(no error)");
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(complaint(whole.substr(0, size)) == (size < 8 ? "not a PNG image" : "the file is cut off"));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    CHECK(complaint(damaged) != "(no error)");
  }
  std::string damaged = whole;
  damaged[16] = 1;
  CHECK(complaint(damaged) == "damaged: the checksum of the part from byte 8 to 33 is wrong");
}
