#include <doctest/doctest.h>
#include <qkv/show/canvas.h>
#include <qkv/tensor/error.h>

#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>

using namespace qkv;
using namespace qkv::show;

namespace {
constexpr Colour red{200, 10, 20};

int count(const Canvas& canvas, Colour colour) {
  int pixels = 0;
  for (int y = 0; y < canvas.height(); ++y)
    for (int x = 0; x < canvas.width(); ++x) pixels += canvas.pixel(x, y) == colour;
  return pixels;
}
}  // namespace

TEST_CASE("a PNG file read back holds the pixels") {
  Canvas canvas(7, 5, {1, 2, 3});
  canvas.rectangle(2, 1, 3, 2, red);
  std::string path = (std::filesystem::temp_directory_path() / ("qkv_canvas_test_" + std::to_string(getpid()) + ".png")).string();
  canvas.save_png(path);
  CHECK_FALSE(std::filesystem::exists(path + ".part"));
  int width = 0, height = 0, channels = 0;
  std::unique_ptr<unsigned char, void (*)(void*)> pixels(stbi_load(path.c_str(), &width, &height, &channels, 3), stbi_image_free);
  std::filesystem::remove(path);
  REQUIRE(pixels != nullptr);
  CHECK(width == 7);
  CHECK(height == 5);
  for (int y = 0; y < 5; ++y)
    for (int x = 0; x < 7; ++x) {
      const unsigned char* at = pixels.get() + 3 * (7 * y + x);
      CHECK(Colour{at[0], at[1], at[2]} == canvas.pixel(x, y));
    }
  CHECK(count(canvas, red) == 6);
}

TEST_CASE("save_png: a path that cannot be written is named, and nothing is left behind") {
  CHECK_THROWS_WITH_AS(Canvas(1, 1).save_png("/nowhere/at/all.png"),
                       "save_png: /nowhere/at/all.png: cannot be written: No such file or directory", Error);
  std::string directory = std::filesystem::temp_directory_path().string();
  CHECK_THROWS_AS(Canvas(1, 1).save_png(directory), Error);
  CHECK_FALSE(std::filesystem::exists(directory + ".part"));
}

TEST_CASE("canvas: sizes and positions are checked") {
  CHECK_THROWS_WITH_AS(Canvas(0, 5), "Canvas: 0 x 5 pixels: both must be from 1 to 20000", Error);
  CHECK_THROWS_WITH_AS(Canvas(3, 3).pixel(3, 0), "Canvas: pixel (3, 0) lies outside 3 x 3", Error);
  CHECK_THROWS_WITH_AS(Canvas(3, 3).polygon({{0, 0}, {1, 1}}, red), "Canvas: a polygon of 2 corners: needs at least 3", Error);
}

TEST_CASE("lines and polygons cover their area, and may leave the canvas") {
  Canvas canvas(20, 20);
  canvas.line({-5, 10}, {25, 10}, 4, red);
  CHECK(count(canvas, red) == 20 * 4);
  Canvas square(20, 20);
  square.polygon({{5, 5}, {15, 5}, {15, 15}, {5, 15}}, red);
  CHECK(count(square, red) == 100);
  Canvas half(4, 4);
  half.polygon({{0, 0}, {1.5, 0}, {1.5, 4}, {0, 4}}, {0, 0, 0});
  CHECK(half.pixel(0, 0) == Colour{0, 0, 0});
  CHECK(half.pixel(1, 0) == Colour{128, 128, 128});
  CHECK(half.pixel(2, 0) == white);
}

TEST_CASE("what begins or ends far outside is cut off") {
  constexpr int far = std::numeric_limits<int>::max();
  Canvas canvas(4, 4);
  canvas.rectangle(2, 2, far, far, red);
  CHECK(canvas.pixel(3, 3) == red);
  CHECK(canvas.pixel(1, 3) == white);
  canvas.text(far, -far - 1, "text");
  canvas.text_upwards(-far - 1, far, "text");
  canvas.paste(Canvas(2, 2, red), far, far);
  canvas.line({-1e9, 0.5}, {1e9, 0.5}, 1, red);
  CHECK(canvas.pixel(0, 0) == red);
  CHECK(canvas.pixel(0, 3) == white);
}

TEST_CASE("text: Greek is spelled, Chinese becomes ?, letters are dark") {
  CHECK(Canvas::text_width("α") == Canvas::text_width("alpha"));
  CHECK(Canvas::text_width("我") == Canvas::text_width("?"));
  CHECK(Canvas::text_width("") == 0);
  Canvas canvas(60, 30), upwards(30, 60);
  canvas.text(2, 5, "Wq");
  upwards.text_upwards(5, 58, "Wq");
  CHECK(count(canvas, ink) > 20);
  CHECK(count(upwards, ink) == count(canvas, ink));
  CHECK(upwards.pixel(5 + 6, 57) == canvas.pixel(2, 5 + 6));
}

TEST_CASE("grid puts pictures side by side") {
  Canvas black(10, 10, {0, 0, 0}), tall(20, 30, red);
  Canvas all = grid({black, tall, black}, 2);
  CHECK(all.width() == 16 + 10 + 16 + 20 + 16);
  CHECK(all.height() == 16 + 30 + 16 + 10 + 16);
  CHECK(all.pixel(16, 16) == Colour{0, 0, 0});
  CHECK(all.pixel(16 + 10 + 16, 16) == red);
  CHECK(all.pixel(16, 16 + 30 + 16) == Colour{0, 0, 0});
  CHECK(grid({black}, 3, "a title").height() > grid({black}, 3).height());
  CHECK_THROWS_WITH_AS(grid({}, 2), "grid: 0 pictures in 2 columns: needs at least one of each", Error);
}
