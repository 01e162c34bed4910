#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace qkv::show {

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;
};
bool operator==(const Colour& a, const Colour& b);
std::ostream& operator<<(std::ostream& out, const Colour& colour);  ///< #rrggbb

constexpr Colour white{255, 255, 255}, ink{34, 34, 34}, grey{110, 110, 110}, light_grey{225, 225, 225};

struct Point {
  double x = 0, y = 0;
};

/// Where a text stands relative to its point: to the right of it, around it, to the left of it.
enum class Align { left, centre, right };

/// Pixels to draw on, x to the right and y down; whatever falls outside is cut off. Edges of lines, shapes and letters are smooth.
/// Letters come from a small built-in font, so that a picture is the same everywhere. It knows ASCII; a few signs are spelled out
/// (× as x, → as ->, Greek letters by name), any other character becomes `?`.
class Canvas {
 public:
  /// Throws Error unless both sizes are from 1 to 20,000 pixels.
  Canvas(int width, int height, Colour background = white);

  int width() const { return width_; }
  int height() const { return height_; }
  /// Throws Error if (x, y) lies outside.
  Colour pixel(int x, int y) const;

  void rectangle(int x, int y, int width, int height, Colour colour);
  /// A straight line with round ends.
  void line(Point from, Point to, double thickness, Colour colour);
  /// A filled shape, given by its corners.
  void polygon(const std::vector<Point>& corners, Colour colour);
  /// One line of text whose letters stand between y and y + text_height.
  void text(int x, int y, const std::string& text, Colour colour = ink, Align align = Align::left, bool bold = false);
  /// The same read from bottom to top; y is where the text starts, its letters stand between x and x + text_height.
  void text_upwards(int x, int y, const std::string& text, Colour colour = ink);
  /// Copies `other` with its top left corner at (x, y).
  void paste(const Canvas& other, int x, int y);

  static constexpr int text_height = 18;
  /// In pixels.
  static int text_width(const std::string& text);

  /// The same strokes as an SVG picture, for a page.
  std::string svg() const;
  /// The bytes of a PNG file.
  std::string png() const;
  /// Writes a PNG file; one that stands there is replaced only by a whole one.  Throws Error, naming the path, if it can't.
  void save_png(const std::string& path) const;

 private:
  void blend(int x, int y, double cover, Colour colour);

  int width_, height_;
  std::vector<std::uint8_t> pixels_;  // red, green, blue; row after row
  std::string svg_;                   // every stroke so far
};

/// Pictures in rows of `columns`, each in a cell as large as the largest of its row and column, under a common title.
///     grid({draw(map_of_head_1), draw(map_of_head_2)}, 2, "What two heads look at").save_png("heads.png");
/// Throws Error without pictures or columns.
Canvas grid(const std::vector<Canvas>& pictures, int columns, const std::string& title = "");

}  // namespace qkv::show
