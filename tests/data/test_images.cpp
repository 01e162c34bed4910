#include <io/scratch.h>
#include <qkv/data/images.h>

#include <doctest/doctest.h>
#include <zlib.h>

using namespace qkv;
using scratch::big;
using scratch::error_of;
using scratch::little;

namespace {

std::string chunk(const std::string& name, const std::string& data) {
  std::string body = name + data;
  return big(data.size(), 4) + body + big(crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())), 4);
}

/// A PNG file written by hand. `kind`: 0 grey, 2 colour, 4 grey with alpha, 6 colour with alpha; each row of `rows` begins with a 0.
std::string png(unsigned width, unsigned height, unsigned kind, const std::string& rows) {
  uLongf size = compressBound(static_cast<uLong>(rows.size()));
  std::string packed(size, '\0');
  compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(rows.data()), static_cast<uLong>(rows.size()), 9);
  packed.resize(size);
  std::string header = big(width, 4) + big(height, 4) + big(8, 1) + big(kind, 1) + big(0, 3);
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + chunk("IDAT", packed) + chunk("IEND", "");
}

/// A JPEG file written by hand: 8 x 8 pixels, all 128 + 7 * 16 / 8 = 142. Each Huffman table has one symbol, which takes the code 0.
std::string jpeg() {
  auto segment = [](unsigned char marker, const std::string& data) { return big(0xff00u + marker, 2) + big(data.size() + 2, 2) + data; };
  auto table = [](unsigned char place, unsigned char symbol) { return big(place, 1) + big(1, 1) + std::string(15, '\0') + big(symbol, 1); };
  return "\xff\xd8" + segment(0xdb, big(0, 1) + std::string(64, '\x10')) +                          // every coefficient counts 16
         segment(0xc0, big(8, 1) + big(8, 2) + big(8, 2) + big(1, 1) + big(1, 1) + big(0x11, 1) + big(0, 1)) +
         segment(0xc4, table(0x00, 3) + table(0x10, 0)) +                                           // 3 bits of mean follow; end of block
         segment(0xda, big(1, 1) + big(1, 1) + big(0, 1) + big(0, 1) + big(63, 1) + big(0, 1)) +
         "\x77\xff\xd9";                                                                            // 0 111 0, and three 1 to fill the byte
}

Tensor read(const std::string& bytes) {
  scratch::Folder folder;
  return data::read_image(folder.put("f", bytes));
}

std::string complaint(const std::string& bytes) {
  scratch::Folder folder;
  std::string path = folder.put("f", bytes), where = "read_image: " + path + ": ";
  std::string message = error_of([&] { data::read_image(path); });
  return message.compare(0, where.size(), where) == 0 ? message.substr(where.size()) : message;
}

}  // namespace

TEST_CASE("read_image: grey and coloured, every format") {
  Tensor grey = read(std::string("P5 3 2 255\n") + std::string("\x00\x33\x66\x99\xcc\xff", 6));
  CHECK(grey.shape() == Shape{2, 3, 1});
  for (Index i = 0; i < 6; ++i) CHECK(grey.data()[i] == doctest::Approx(0.2 * static_cast<double>(i)));

  Tensor coloured = read("P6 2 1 255\n\xff" + std::string(3, '\0') + "\xff\xff");
  CHECK(coloured.shape() == Shape{1, 2, 3});
  CHECK(coloured.at({0, 0, 0}) == 1);
  CHECK(coloured.at({0, 0, 1}) == 0);
  CHECK(coloured.at({0, 1, 2}) == 1);

  Tensor png_grey = read(png(2, 2, 0, std::string("\0\x00\xff\0\x33\x66", 6)));
  CHECK(png_grey.shape() == Shape{2, 2, 1});
  CHECK(png_grey.at({0, 1, 0}) == 1);
  CHECK(png_grey.at({1, 0, 0}) == doctest::Approx(0.2));
  CHECK(read(png(1, 1, 4, std::string("\0\x33\x10", 3))).shape() == Shape{1, 1, 1});
  Tensor png_coloured = read(png(1, 1, 6, std::string("\0\x33\x66\x99\x10", 5)));
  CHECK(png_coloured.shape() == Shape{1, 1, 3});
  CHECK(png_coloured.at({0, 0, 2}) == doctest::Approx(0.6));

  Tensor photograph = read(jpeg());
  CHECK(photograph.shape() == Shape{8, 8, 1});
  for (Index i = 0; i < 64; ++i) CHECK(photograph.data()[i] == doctest::Approx(142. / 255));
}

TEST_CASE("read_image: files that cannot be read and what is said of them") {
  struct Case {
    std::string bytes, message;
  };
  const std::string unknown = "not a PNG, JPEG, BMP, PGM or PPM image";
  const Case cases[] = {
      {"", unknown},
      {"hello", unknown},
      {"GIF89a" + std::string(100, '\1'), unknown},
      {"P5 8193 1 255\n", "8193 x 1 pixels: at most 8192 a side and 16777216 in all are read"},
      {"P5 1 8193 255\n", "1 x 8193 pixels: at most 8192 a side and 16777216 in all are read"},
      {"P5 8192 8192 255\n", "8192 x 8192 pixels: at most 8192 a side and 16777216 in all are read"},
      {png(1u << 23, 1u << 2, 0, ""), "8388608 x 4 pixels: at most 8192 a side and 16777216 in all are read"},
      {png(2, 2, 0, std::string(3, '\0')), "cannot decode: not enough pixels"},
      // One pixel that unfolds to 150 MB
      {png(1, 1, 0, std::string(150'000'000, '\0')), "cannot decode: outofmem"},
  };
  for (const Case& wrong : cases) CHECK(complaint(wrong.bytes) == wrong.message);
  scratch::Folder folder;
  CHECK(error_of([&] { data::read_image(folder / "none"); }) ==
        "read_image: " + (folder / "none") + ": cannot read: No such file or directory");
  std::filesystem::resize_file(folder.put("f", ""), (64 << 20) + 1);
  CHECK(error_of([&] { data::read_image(folder / "f"); }) ==
        "read_image: " + (folder / "f") + ": the file has 67108865 bytes: at most 67108864 are read");
}

TEST_CASE("read_image: cut off anywhere, a file is refused") {
  std::string bmp = "BM" + little(54 + 16, 4) + little(0, 4) + little(54, 4) + little(40, 4) + little(2, 4) + little(2, 4) + little(1, 2) +
                    little(24, 2) + little(0, 24) + std::string(16, '\x80');
  const std::string files[] = {"P5 3 2 255\nabcdef", "P6 1 2 255\nabcdef", png(2, 2, 0, std::string("\0ab\0cd", 6)), bmp, jpeg()};
  for (const std::string& whole : files) {
    REQUIRE(complaint(whole) == "(no error)");
    // A BMP may lack the filling behind its last row, which is 2 bytes here.
    std::size_t needed = whole.size() - (whole == bmp ? 2 : 0);
    for (std::size_t size = 0; size < needed; ++size) CHECK(complaint(whole.substr(0, size)) != "(no error)");
  }
}
