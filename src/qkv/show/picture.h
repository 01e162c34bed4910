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

/// How a line is drawn. A pen of width 0 draws nothing.
struct Pen {
  Colour colour = ink;
  double width = 1.5;
  bool dashed = false;
};
constexpr Pen no_pen{ink, 0, false};

/// What an area is filled with. A colour alone hides what lies below it; opacity 0 would be invisible.
struct Fill {
  Fill(Colour of, double strength = 1) : colour(of), opacity(strength) {}  // NOLINT: every Colour is a Fill
  Colour colour;
  double opacity;
};

/// Where a text stands relative to its point: to the right of it, around it, to the left of it.
enum class Align { left, centre, right };

/// How a text is written. `size` is the height of a line; upwards: from bottom to top.
struct Font {
  Align align = Align::left;
  Colour colour = ink;
  double size = 14;
  bool bold = false, upwards = false;
};

/// A drawing on white, x to the right and y down, kept as the lines of an SVG file. Each element has its own line, places are to a tenth,
/// so a diff is readable. Any zoom is sharp. Text stays text, in the reader's own sans-serif font, Chinese too.
///     Picture picture(200, 100, "One step");
///     picture.rectangle({20, 30}, 60, 40, light_grey, {ink}, 6);
///     picture.text({50, 50}, "我", {Align::centre});
///     picture.arrow({80, 50}, {150, 50});
///     picture.save("step.svg");
/// Throws Error for a place that is not a number or beyond a million, and for a negative size.
class Picture {
 public:
  /// The title is not drawn: it is what a screen reader says.  Throws Error unless both sizes are from 1 to 20,000.
  Picture(double width, double height, const std::string& title = "");

  double width() const { return width_; }
  double height() const { return height_; }
  const std::string& title() const { return title_; }

  /// From its upper left corner; `round` is the radius of its corners.
  void rectangle(Point corner, double width, double height, Fill fill, Pen outline = no_pen, double round = 0);
  void circle(Point centre, double radius, Fill fill, Pen outline = no_pen);
  void polygon(const std::vector<Point>& corners, Fill fill, Pen outline = no_pen);
  void line(Point from, Point to, Pen pen = {});
  void polyline(const std::vector<Point>& points, Pen pen = {});
  /// A line with a head at its end.
  void arrow(Point from, Point to, Pen pen = {});
  /// The same through several points, with curves that go through each of them from left to right.
  void curved_arrow(const std::vector<Point>& through, Pen pen = {});
  /// One line of text. The point is at half the height of its letters.
  void text(Point at, const std::string& text, Font font = {});
  /// All of `other`, its upper left corner at `corner`.
  void paste(const Picture& other, Point corner);

  /// The whole file.
  std::string svg() const;
  /// Writes it; an existing file is replaced only by a complete one.  Throws Error, naming the path, if it can't.
  void save(const std::string& path) const;

 private:
  void element(const std::string& what);

  double width_, height_;
  std::string title_, elements_;
};

/// About how wide a text is. The reader's font decides; this is a little more than most need.
double text_width(const std::string& text, const Font& font = {});

/// Pictures in rows of `columns`, each in a cell as large as the largest of its row and column, under a common title.
///     grid({draw(map_of_head_1), draw(map_of_head_2)}, 2, "What two heads look at").save("heads.svg");
/// Throws Error without pictures or columns.
Picture grid(const std::vector<Picture>& pictures, int columns, const std::string& title = "");

/// Text as written in SVG and HTML: & < > are escaped; what is not a valid character there becomes `?`.
std::string escaped(const std::string& text);

}  // namespace qkv::show
