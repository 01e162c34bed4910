#include <qkv/show/canvas.h>
#include <qkv/show/font.h>
#include <qkv/show/svg.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <ostream>

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>

namespace qkv::show {
namespace {

/// Coordinates beyond are no drawing, and would overflow.
constexpr int farthest = 1'000'000'000;
bool is_near(double x) { return std::fabs(x) <= farthest; }  // false for NaN

int floor_of(double x) { return static_cast<int>(std::floor(x)); }
int ceiling_of(double x) { return static_cast<int>(std::ceil(x)); }

double distance_to_segment(Point p, Point a, Point b) {
  double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
  double along = square > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / square, 0.0, 1.0) : 0;
  return std::hypot(p.x - a.x - along * dx, p.y - a.y - along * dy);
}

/// Does a ray from p to the right cross the outline an odd number of times?
bool inside(Point p, const std::vector<Point>& corners) {
  bool odd = false;
  for (std::size_t i = 0, j = corners.size() - 1; i < corners.size(); j = i++) {
    Point a = corners[i], b = corners[j];
    if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (b.x - a.x) * (p.y - a.y) / (b.y - a.y)) odd = !odd;
  }
  return odd;
}

}  // namespace

bool operator==(const Colour& a, const Colour& b) { return a.red == b.red && a.green == b.green && a.blue == b.blue; }

std::ostream& operator<<(std::ostream& out, const Colour& colour) {
  char text[8];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", colour.red, colour.green, colour.blue);
  return out << text;
}

Canvas::Canvas(int width, int height, Colour background) : width_(width), height_(height) {
  require(width >= 1 && height >= 1 && width <= 20000 && height <= 20000, "Canvas: ", width, " x ", height,
          " pixels: both must be from 1 to 20000");
  pixels_.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  rectangle(0, 0, width, height, background);
}

Colour Canvas::pixel(int x, int y) const {
  require(x >= 0 && y >= 0 && x < width_ && y < height_, "Canvas: pixel (", x, ", ", y, ") lies outside ", width_, " x ", height_);
  const std::uint8_t* at = &pixels_[3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x))];
  return {at[0], at[1], at[2]};
}

void Canvas::blend(int x, int y, double cover, Colour colour) {
  if (x < 0 || y < 0 || x >= width_ || y >= height_ || cover <= 0) return;
  std::uint8_t* at = &pixels_[3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x))];
  auto mix = [cover](std::uint8_t under, std::uint8_t over) {
    return static_cast<std::uint8_t>(std::lround(under + std::min(cover, 1.0) * (over - under)));
  };
  at[0] = mix(at[0], colour.red);
  at[1] = mix(at[1], colour.green);
  at[2] = mix(at[2], colour.blue);
}

void Canvas::rectangle(int x, int y, int width, int height, Colour colour) {
  require(width >= 0 && height >= 0, "Canvas: a rectangle of ", width, " x ", height, ": must not be negative");
  svg_ += svg_rectangle(x, y, width, height, colour);
  const long long right = std::min<long long>(width_, x + static_cast<long long>(width)),
                  bottom = std::min<long long>(height_, y + static_cast<long long>(height));
  for (int j = std::max(y, 0); j < bottom; ++j)
    for (int i = std::max(x, 0); i < right; ++i) blend(i, j, 1, colour);
}

void Canvas::line(Point from, Point to, double thickness, Colour colour) {
  require(is_near(from.x) && is_near(from.y) && is_near(to.x) && is_near(to.y), "Canvas: a line from (", from.x, ", ", from.y, ") to (",
          to.x, ", ", to.y, "): must be numbers of at most ", farthest);
  require(thickness >= 0 && is_near(thickness), "Canvas: a line ", thickness, " thick: must be from 0 to ", farthest);
  svg_ += svg_line(from, to, thickness, colour);
  double reach = thickness / 2 + 1;
  int left = std::max(0, floor_of(std::min(from.x, to.x) - reach)), right = std::min(width_, ceiling_of(std::max(from.x, to.x) + reach));
  int top = std::max(0, floor_of(std::min(from.y, to.y) - reach)), bottom = std::min(height_, ceiling_of(std::max(from.y, to.y) + reach));
  for (int y = top; y < bottom; ++y)
    for (int x = left; x < right; ++x) blend(x, y, thickness / 2 + 0.5 - distance_to_segment({x + 0.5, y + 0.5}, from, to), colour);
}

void Canvas::polygon(const std::vector<Point>& corners, Colour colour) {
  require(corners.size() >= 3, "Canvas: a polygon of ", corners.size(), " corners: needs at least 3");
  for (Point corner : corners)
    require(is_near(corner.x) && is_near(corner.y), "Canvas: a polygon with a corner at (", corner.x, ", ", corner.y,
            "): must be numbers of at most ", farthest);
  svg_ += svg_polygon(corners, colour);
  constexpr int samples = 4;  // along each side of a pixel
  auto by_x = [](Point a, Point b) { return a.x < b.x; };
  auto by_y = [](Point a, Point b) { return a.y < b.y; };
  auto [leftmost, rightmost] = std::minmax_element(corners.begin(), corners.end(), by_x);
  auto [topmost, lowest] = std::minmax_element(corners.begin(), corners.end(), by_y);
  for (int y = std::max(0, floor_of(topmost->y)); y < std::min(height_, ceiling_of(lowest->y)); ++y)
    for (int x = std::max(0, floor_of(leftmost->x)); x < std::min(width_, ceiling_of(rightmost->x)); ++x) {
      int hits = 0;
      for (int row = 0; row < samples; ++row)
        for (int column = 0; column < samples; ++column) hits += inside({x + (column + 0.5) / samples, y + (row + 0.5) / samples}, corners);
      blend(x, y, static_cast<double>(hits) / (samples * samples), colour);
    }
}

void Canvas::text(int x, int y, const std::string& text, Colour colour, Align align, bool bold) {
  svg_ += svg_text(x, y, text, colour, align, bold);
  x = std::clamp(x, -farthest, farthest);  // as far outside, and no sum below overflows
  y = std::clamp(y, -farthest, farthest);
  Letters mask = letters(text);
  int left = align == Align::left ? x : align == Align::centre ? x - mask.width / 2 : x - mask.width;
  for (int pass = 0; pass < (bold ? 2 : 1); ++pass)
    for (int j = 0; j < mask.height; ++j)
      for (int i = 0; i < mask.width; ++i) blend(left + i + pass, y + j, mask.cover[j * mask.width + i], colour);
}

void Canvas::text_upwards(int x, int y, const std::string& text, Colour colour) {
  svg_ += svg_text_upwards(x, y, text, colour);
  x = std::clamp(x, -farthest, farthest);
  y = std::clamp(y, -farthest, farthest);
  Letters mask = letters(text);
  for (int j = 0; j < mask.height; ++j)
    for (int i = 0; i < mask.width; ++i) blend(x + j, y - 1 - i, mask.cover[j * mask.width + i], colour);
}

int Canvas::text_width(const std::string& text) { return letters(text).width; }

void Canvas::paste(const Canvas& other, int x, int y) {
  svg_ += svg_group(x, y, other.svg_);
  x = std::clamp(x, -farthest, farthest);
  y = std::clamp(y, -farthest, farthest);
  for (int j = 0; j < other.height_; ++j)
    for (int i = 0; i < other.width_; ++i) blend(x + i, y + j, 1, other.pixel(i, j));
}

std::string Canvas::svg() const { return svg_picture(width_, height_, svg_); }

std::string Canvas::png() const {
  std::string bytes;
  auto append = [](void* all, void* data, int size) {
    static_cast<std::string*>(all)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
  };
  require(stbi_write_png_to_func(append, &bytes, width_, height_, 3, pixels_.data(), 3 * width_) != 0,
          "Canvas: not enough memory for the PNG");
  return bytes;
}

void Canvas::save_png(const std::string& path) const {
  std::string bytes = png(), unfinished = path + ".part";
  std::ofstream file(unfinished, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file && std::rename(unfinished.c_str(), path.c_str()) == 0) return;
  const char* reason = std::strerror(errno);
  std::remove(unfinished.c_str());
  fail("save_png: ", path, ": cannot be written: ", reason);
}

Canvas grid(const std::vector<Canvas>& pictures, int columns, const std::string& title) {
  require(!pictures.empty() && columns >= 1, "grid: ", pictures.size(), " pictures in ", columns, " columns: needs at least one of each");
  constexpr int gap = 16;
  int title_height = title.empty() ? 0 : Canvas::text_height + gap;
  std::size_t across = std::min(static_cast<std::size_t>(columns), pictures.size()), rows = (pictures.size() + across - 1) / across;
  std::vector<int> left(across + 1), top(rows + 1);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    left[i % across + 1] = std::max(left[i % across + 1], pictures[i].width() + gap);
    top[i / across + 1] = std::max(top[i / across + 1], pictures[i].height() + gap);
  }
  left[0] = gap;
  top[0] = gap + title_height;
  for (std::size_t i = 0; i < across; ++i) left[i + 1] += left[i];
  for (std::size_t i = 0; i < rows; ++i) top[i + 1] += top[i];
  Canvas all(std::max(left.back(), Canvas::text_width(title) + 2 * gap), top.back());
  if (title_height) all.text(all.width() / 2, gap, title, ink, Align::centre, true);
  for (std::size_t i = 0; i < pictures.size(); ++i) all.paste(pictures[i], left[i % across], top[i / across]);
  return all;
}

}  // namespace qkv::show
