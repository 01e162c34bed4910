#include <io/scratch.h>
#include <qkv/datasets/images.h>
#include <qkv/io/png.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace qkv;
using scratch::big;

TEST_CASE("png: the header, by hand") {
  const std::string bytes = io::png(zeros({2, 5, 3}));
  CHECK(bytes.substr(0, 8) == "\x89PNG\r\n\x1a\n");
  CHECK(bytes.substr(8, 21) == big(13, 4) + "IHDR" + big(5, 4) + big(2, 4) + big(8, 1) + big(2, 1) + big(0, 3));  // 8 bits, colour
  CHECK(io::png(zeros({2, 5})).substr(24, 2) == big(8, 1) + big(0, 1));                                           // grey
  CHECK(bytes.substr(bytes.size() - 8, 4) == "IEND");
}

TEST_CASE("png: the reader of pictures, which compares every checksum, reads what was written") {
  scratch::Folder folder;
  Rng rng(1);
  for (const Shape& shape : {Shape{1, 1, 3}, Shape{7, 4, 3}, Shape{3, 9, 1}, Shape{90, 70, 3}}) {
    const Tensor picture = rand(shape, rng), read = datasets::read_image(folder.put("f", io::png(picture)));
    REQUIRE(read.shape() == shape);
    for (Index i = 0; i < picture.size(); ++i) CHECK(std::fabs(read.data()[i] - picture.data()[i]) <= 0.5 / 255 + 1e-6);
  }
  const Tensor grey = datasets::read_image(folder.put("f", io::png(tensor({{0, 0.2, 1}}))));
  CHECK(grey.shape() == Shape{1, 3, 1});
  CHECK(grey.at({0, 1, 0}) == doctest::Approx(0.2));
}

TEST_CASE("png: numbers outside go to the nearer end") {
  scratch::Folder folder;
  const double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor read = datasets::read_image(folder.put("f", io::png(tensor({{-inf, -3, -0.0, 1.5, 1e30, inf, nan}}))));
  const double right[] = {0, 0, 0, 1, 1, 1, 0};
  for (Index i = 0; i < 7; ++i) CHECK(read.data()[i] == right[i]);
}

TEST_CASE("png: messages") {
  using scratch::error_of;
  const std::string must = ": must be (height, width), (height, width, 1) or (height, width, 3)";
  CHECK(error_of([] { io::png(zeros({3})); }) == "png: a picture of shape (3,)" + must);
  CHECK(error_of([] { io::png(zeros({3, 2, 2})); }) == "png: a picture of shape (3, 2, 2)" + must);
  CHECK(error_of([] { io::png(zeros({0, 2})); }) == "png: a picture of shape (0, 2)" + must);
  CHECK(error_of([] { io::png(zeros({1, 8193})); }) == "png: 1 x 8193 pixels: at most 8192 a side");
  CHECK(error_of([] { io::png(Tensor()); }) == "tensor: this handle is empty: it was never given a value");
}
