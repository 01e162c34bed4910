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

std::string packed(const std::string& rows) {
  uLongf size = compressBound(rows.size());
  std::string packed(size, '\0');
  compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(rows.data()), rows.size(), 9);
  packed.resize(size);
  return packed;
}

const std::string signature = "\x89PNG\r\n\x1a\n";

std::string header(unsigned width, unsigned height, unsigned depth, unsigned kind, unsigned interlaced = 0) {
  return chunk("IHDR", big(width, 4) + big(height, 4) + big(depth, 1) + big(kind, 1) + big(0, 2) + big(interlaced, 1));
}

/// A PNG file written by hand. `kind`: 0 grey, 2 colour, 4 grey with alpha, 6 colour with alpha; each row of `rows` begins with a 0.
std::string png(unsigned width, unsigned height, unsigned kind, const std::string& rows) {
  return signature + header(width, height, 8, kind) + chunk("IDAT", packed(rows)) + chunk("IEND", "");
}

/// A picture of numbers into a palette, packed tight: `at` gives the number of a pixel. Interlaced, it is seven pictures (Adam7).
template <class At>
std::string palette_rows(unsigned width, unsigned height, unsigned depth, bool interlaced, At at) {
  std::string rows;
  auto pass = [&](unsigned x0, unsigned y0, unsigned dx, unsigned dy) {
    for (unsigned y = y0; y < height && x0 < width; y += dy) {
      rows += '\0';
      unsigned bits = 0, used = 0;
      for (unsigned x = x0; x < width; x += dx) {
        bits = bits << depth | at(x, y);
        used += depth;
        if (used == 8 || x + dx >= width) {
          rows += static_cast<char>(used < 8 ? bits << (8 - used) : bits);
          bits = used = 0;
        }
      }
    }
  };
  if (!interlaced) pass(0, 0, 1, 1);
  const unsigned passes[7][4] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
  for (int p = 0; interlaced && p < 7; ++p) pass(passes[p][0], passes[p][1], passes[p][2], passes[p][3]);
  return rows;
}

/// Colour n of a palette of so many: (n, 255 - n, 2 n).
std::string palette(unsigned colours) {
  std::string result;
  for (unsigned n = 0; n < colours; ++n) result += {static_cast<char>(n), static_cast<char>(255 - n), static_cast<char>(2 * n)};
  return result;
}

template <class At>
std::string palette_png(unsigned width, unsigned height, unsigned depth, bool interlaced, const std::string& more, At at) {
  return signature + header(width, height, depth, 3, interlaced) + more +
         chunk("IDAT", packed(palette_rows(width, height, depth, interlaced, at))) + chunk("IEND", "");
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

TEST_CASE("read_image: every number of a palette is its colour, and one beyond it is refused") {
  for (unsigned depth : {1u, 2u, 4u, 8u})
    for (bool interlaced : {false, true})
      for (unsigned width : {1u, 2u, 5u, 13u, 20u}) {
        CAPTURE(depth);
        CAPTURE(interlaced);
        CAPTURE(width);
        const unsigned height = 11, all = 1u << depth;
        auto number = [&](unsigned x, unsigned y) { return (x * 5 + y * 3) % all; };
        Tensor image = read(palette_png(width, height, depth, interlaced, chunk("PLTE", palette(all)) + chunk("tRNS", "\x10"), number));
        REQUIRE(image.shape() == Shape{height, width, 3});
        bool same = true;
        for (unsigned y = 0; y < height; ++y)
          for (unsigned x = 0; x < width; ++x) {
            const unsigned n = number(x, y);
            const Scalar* colour = image.data() + (y * width + x) * 3;
            same = same && colour[0] == Scalar(n) / 255 && colour[1] == Scalar(255 - n) / 255 && colour[2] == Scalar(2 * n % 256) / 255;
          }
        CHECK(same);

        // One pixel has the last number there can be, which the palette is short of by one.
        const unsigned colours = all - 1;
        for (unsigned at = 0; at < width * height; at += 7) {
          auto one = [&](unsigned x, unsigned y) { return y * width + x == at ? colours : 0; };
          CHECK(complaint(palette_png(width, height, depth, interlaced, chunk("PLTE", palette(colours)), one)) ==
                "the pixel in row " + std::to_string(at / width) + ", column " + std::to_string(at % width) + " has colour " +
                    std::to_string(colours) + " of a palette of " + std::to_string(colours));
        }
      }
}

TEST_CASE("read_image: what follows an end, and palettes that make no sense") {
  auto zero = [](unsigned, unsigned) { return 0u; };
  auto with = [&](const std::string& more, unsigned depth = 2) { return palette_png(2, 2, depth, false, more, zero); };
  const std::string two = chunk("PLTE", palette(2)), sizes = ": must be from 1 to 256 colours of 3";
  const std::string start = signature + header(1, 1, 8, 0), pixel = packed(std::string(2, '\0')), end = chunk("IEND", "");
  REQUIRE(complaint(start + chunk("IDAT", pixel) + end) == "(no error)");
  std::string wrong_sum = pixel;
  wrong_sum.back() = static_cast<char>(wrong_sum.back() ^ 1);
  std::string iphone = signature + chunk("CgBI", "1234") + header(1, 1, 8, 0) + chunk("IDAT", pixel) + end;
  struct Case {
    std::string bytes, message;
  };
  const Case cases[] = {
      {with(""), "a palette of 0 bytes" + sizes},
      {with(chunk("PLTE", "")), "a palette of 0 bytes" + sizes},
      {with(chunk("PLTE", "1234")), "a palette of 4 bytes" + sizes},
      {with(chunk("PLTE", palette(257)), 8), "a palette of 771 bytes" + sizes},
      {with(two + chunk("tRNS", "123")), "3 transparent colours of 2"},
      {with(two + two), "the part 'PLTE' at byte 51 must come once, and before the pixels"},
      {start + chunk("IDAT", pixel) + two + end, "the part 'PLTE' at byte 55 must come once, and before the pixels"},
      {with(two, 16), "its header makes no sense"},
      {signature + header(2, 1, 4, 2) + chunk("IDAT", packed(std::string(4, '\0'))) + end, "its header makes no sense"},
      {start + chunk("IDAT", pixel) + end + "x", "bytes follow the end of the picture, at byte 67"},
      {start + chunk("IDAT", pixel) + end + end, "bytes follow the end of the picture, at byte 67"},
      {start + chunk("IDAT", pixel) + chunk("IEND", "x"), "bytes follow the end of the picture, at byte 63"},
      {start + chunk("IDAT", pixel + "x") + end, "bytes follow the end of the packed pixels"},
      {start + chunk("IDAT", pixel) + chunk("IDAT", "x") + end, "bytes follow the end of the packed pixels"},
      {start + chunk("IDAT", pixel.substr(0, 4)) + chunk("IDAT", "") + chunk("IDAT", pixel.substr(4)) + end, "(no error)"},
      {start + chunk("IDAT", packed(std::string(3, '\0'))) + end, "the pixels are more than the 2 bytes that the picture has"},
      {start + chunk("IDAT", pixel.substr(0, pixel.size() - 1)) + end, "the pixels end at byte 2 of 2"},
      {start + end, "the pixels end at byte 0 of 2"},
      {start + chunk("IDAT", wrong_sum) + end, "damaged: the pixels cannot be unpacked: incorrect data check"},
      {start + chunk("\x1b[2J", "") + chunk("IDAT", pixel) + end, "the part '\\x1b[2J' at byte 33 is not known"},
      {iphone, "the part 'CgBI' at byte 8 is not known"},
      {start + chunk("teXt", "only told") + chunk("IDAT", pixel) + end, "(no error)"},
      // Other kinds of pictures
      {"BM" + std::string(100, '\0'), "not a PNG image"},
      {"GIF89a" + std::string(100, '\0'), "not a PNG image"},
      {"8BPS" + std::string(100, '\0'), "not a PNG image"},
      {std::string("\0\1\1\0\0\1\0\30", 8) + std::string(100, '\0'), "not a PNG image"},
  };
  for (const Case& row : cases) CHECK(complaint(row.bytes) == row.message);
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
      {png(2, 2, 0, std::string(3, '\0')), "the pixels end at byte 3 of 6"},
      // One pixel that unfolds to 150 MB
      {png(1, 1, 0, std::string(150'000'000, '\0')), "the pixels are more than the 2 bytes that the picture has"},
  };
  for (const Case& wrong : cases) CHECK(complaint(wrong.bytes) == wrong.message);
  scratch::Folder folder;
  std::string none = folder / "none", large = folder.put("large", "");
  CHECK(error_of([&] { datasets::read_image(none); }) == "read_image: " + none + ": cannot read: No such file or directory");
  std::filesystem::resize_file(large, (64 << 20) + 1);
  CHECK(error_of([&] { datasets::read_image(large); }) ==
        "read_image: " + large + ": the file has 67108865 bytes: at most 67108864 are read");
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
