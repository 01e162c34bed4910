#include <qkv/io/file.h>
#include <qkv/show/picture.h>
#include <qkv/show/text.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>

namespace qkv::show {
namespace {

constexpr int farthest = 1'000'000;  // beyond is no drawing

/// To a tenth, as short as it gets, and the same in every locale: 12, -0.5.
std::string tenth(double x) {
  const long long tenths = std::llround(10 * x), size = std::llabs(tenths);
  return (tenths < 0 ? "-" : "") + std::to_string(size / 10) + (size % 10 ? "." + std::to_string(size % 10) : "");
}

std::string hex(Colour colour) {
  char text[8];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", colour.red, colour.green, colour.blue);
  return text;
}

/// name="value", behind a blank.
std::string attribute(const char* name, const std::string& value) { return std::string(" ") + name + "=\"" + value + '"'; }
std::string attribute(const char* name, double value) { return attribute(name, tenth(value)); }
std::string attribute(const char* name, Colour colour) { return attribute(name, hex(colour)); }

std::string place(Point p, const char* between = ",") { return tenth(p.x) + between + tenth(p.y); }
std::string places(const std::vector<Point>& points) {
  std::string all;
  for (Point p : points) all += (all.empty() ? "" : " ") + place(p);
  return attribute("points", all);
}

void check(Point p) {
  require(std::fabs(p.x) <= farthest && std::fabs(p.y) <= farthest, "Picture: the point (", p.x, ", ", p.y,
          "): must be numbers of at most ", farthest);
}
void check(const std::vector<Point>& points, std::size_t least, const char* what) {
  require(points.size() >= least, "Picture: ", what, " of ", points.size(), " points: needs at least ", least);
  for (Point p : points) check(p);
}
void check(double size, const char* what) {
  require(size >= 0 && size <= farthest, "Picture: ", what, " of ", size, ": must be from 0 to ", farthest);
}

std::string stroke(const Pen& pen) {
  check(pen.width, "a pen");
  if (pen.width == 0) return "";
  return attribute("stroke", pen.colour) + attribute("stroke-width", pen.width) +
         (pen.dashed ? attribute("stroke-dasharray", tenth(4 * pen.width) + " " + tenth(3 * pen.width)) : "");
}

std::string paint(const Fill& fill, const Pen& outline) {
  require(fill.opacity >= 0 && fill.opacity <= 1, "Picture: an opacity of ", fill.opacity, ": must be from 0 to 1");
  const std::string opacity = std::to_string(std::lround(100 * fill.opacity)) + "%";
  return attribute("fill", fill.colour) + (fill.opacity < 1 ? attribute("fill-opacity", opacity) : "") + stroke(outline);
}

/// What a path draws from the first to the last of `through`; the curves leave and arrive level.
std::string course(const std::vector<Point>& through, bool curved) {
  std::string path = "M" + place(through[0], " ");
  for (std::size_t i = 1; i < through.size(); ++i) {
    const Point a = through[i - 1], b = through[i];
    const double middle = (a.x + b.x) / 2;
    if (curved) path += "C" + place({middle, a.y}, " ") + " " + place({middle, b.y}, " ") + " " + place(b, " ");
    else path += "L" + place(b, " ");
  }
  return path;
}

/// Line and head as one element. The head has its tip at `tip`, coming from `before`.
std::string arrow_path(std::vector<Point> through, Point before, bool curved, const Pen& pen) {
  const Point tip = through.back();
  const double length = std::hypot(tip.x - before.x, tip.y - before.y), head = 4 + 2.5 * pen.width, half = 0.4 * head;
  if (length == 0 || pen.width == 0) return "";
  const Point along{(tip.x - before.x) / length, (tip.y - before.y) / length};
  const Point foot{tip.x - head * along.x, tip.y - head * along.y};
  through.back() = foot;  // a line up to the tip would blunt it
  const std::string line = course(through, curved), left = place({foot.x - half * along.y, foot.y + half * along.x}, " "),
                    right = place({foot.x + half * along.y, foot.y - half * along.x}, " ");
  return "<path" + attribute("d", line) + attribute("fill", "none") + stroke(pen) + "/>\n<path" +
         attribute("d", "M" + left + "L" + place(tip, " ") + "L" + right + "Z") + attribute("fill", pen.colour) + "/>\n";
}

}  // namespace

bool operator==(const Colour& a, const Colour& b) { return a.red == b.red && a.green == b.green && a.blue == b.blue; }

std::ostream& operator<<(std::ostream& out, const Colour& colour) { return out << hex(colour); }

std::string escaped(const std::string& text) {
  std::string result;
  for (const std::string& c : characters(text)) {
    if (c == "&") result += "&amp;";
    else if (c == "<") result += "&lt;";
    else if (c == ">") result += "&gt;";
    else if (c == "\"") result += "&quot;";
    else if ((c.size() == 1 && static_cast<unsigned char>(c[0]) < ' ' && c != "\n" && c != "\t") || c == "\xEF\xBF\xBE" ||
             c == "\xEF\xBF\xBF")
      result += '?';  // XML has no place for these
    else result += c;
  }
  return result;
}

double text_width(const std::string& text, const Font& font) {
  // From blank to ~, in hundredths of the size.
  static constexpr std::uint8_t ascii[] = {30, 38, 44, 80, 60, 90, 74, 26, 37, 37, 48, 80, 30, 34, 30, 32, 60, 60, 60, 60, 60, 60, 60, 60,
                                           60, 60, 32, 32, 80, 80, 80, 50, 95, 65, 65, 66, 73, 60, 55, 74, 71, 28, 28, 62, 53, 82, 71, 75,
                                           57, 75, 66, 60, 58, 70, 65, 94, 65, 58, 65, 37, 32, 37, 80, 48, 48, 58, 60, 52, 60, 58, 33, 60,
                                           60, 26, 26, 55, 26, 93, 60, 58, 60, 60, 39, 49, 37, 60, 56, 78, 56, 56, 50, 60, 32, 60, 80};
  int hundredths = 0;
  for (const std::string& c : characters(text)) {
    if (c.size() == 1 && c[0] >= ' ' && c[0] <= '~') hundredths += ascii[c[0] - ' '];
    else hundredths += width(c) == 2 ? 100 : width(c) == 1 ? 70 : 0;  // Chinese; Greek, signs; marks on the letter before
  }
  return hundredths * font.size / 100 * (font.bold ? 1.17 : 1);
}

Picture::Picture(double width, double height, const std::string& title) : width_(width), height_(height), title_(title) {
  require(width >= 1 && height >= 1 && width <= 20000 && height <= 20000, "Picture: ", width, " x ", height,
          ": both must be from 1 to 20000");
}

void Picture::element(const std::string& what) { elements_ += "<" + what + "/>\n"; }

void Picture::rectangle(Point corner, double width, double height, Fill fill, Pen outline, double round) {
  check(corner);
  require(width >= 0 && height >= 0 && width <= farthest && height <= farthest, "Picture: a rectangle of ", width, " x ", height,
          ": must be from 0 to ", farthest);
  check(round, "a radius");
  element("rect" + attribute("x", corner.x) + attribute("y", corner.y) + attribute("width", width) + attribute("height", height) +
          (round > 0 ? attribute("rx", round) : "") + paint(fill, outline));
}

void Picture::circle(Point centre, double radius, Fill fill, Pen outline) {
  check(centre);
  check(radius, "a radius");
  element("circle" + attribute("cx", centre.x) + attribute("cy", centre.y) + attribute("r", radius) + paint(fill, outline));
}

void Picture::polygon(const std::vector<Point>& corners, Fill fill, Pen outline) {
  check(corners, 3, "a polygon");
  element("polygon" + places(corners) + paint(fill, outline));
}

void Picture::line(Point from, Point to, Pen pen) {
  check({from, to}, 2, "a line");
  element("line" + attribute("x1", from.x) + attribute("y1", from.y) + attribute("x2", to.x) + attribute("y2", to.y) + stroke(pen));
}

void Picture::polyline(const std::vector<Point>& points, Pen pen) {
  check(points, 2, "a polyline");
  element("polyline" + places(points) + attribute("fill", "none") + stroke(pen) + attribute("stroke-linejoin", "round"));
}

void Picture::arrow(Point from, Point to, Pen pen) {
  check({from, to}, 2, "an arrow");
  check(pen.width, "a pen");
  elements_ += arrow_path({from, to}, from, false, pen);
}

void Picture::curved_arrow(const std::vector<Point>& through, Pen pen) {
  check(through, 2, "an arrow");
  check(pen.width, "a pen");
  const double back = through[through.size() - 2].x <= through.back().x ? -1 : 1;
  elements_ += arrow_path(through, {through.back().x + back, through.back().y}, true, pen);
}

void Picture::text(Point at, const std::string& text, Font font) {
  check(at);
  check(font.size, "text");
  if (text.empty()) return;
  const double below = 0.35 * font.size;  // from the middle of the letters to the line they stand on
  const std::string stands = font.upwards ? attribute("transform", "translate(" + place({at.x + below, at.y}, " ") + ") rotate(-90)")
                                          : attribute("x", at.x) + attribute("y", at.y + below);
  elements_ += "<text" + stands + (font.colour == ink ? "" : attribute("fill", font.colour)) +
               (font.size == Font().size ? "" : attribute("font-size", font.size)) +
               (font.align == Align::left ? "" : attribute("text-anchor", font.align == Align::centre ? "middle" : "end")) +
               (font.bold ? attribute("font-weight", "bold") : "") + ">" + escaped(text) + "</text>\n";
}

void Picture::paste(const Picture& other, Point corner) {
  check(corner);
  elements_ += "<g" + attribute("transform", "translate(" + place(corner, " ") + ")") + ">\n" + other.elements_ + "</g>\n";
}

std::string Picture::svg() const {
  // The white ground makes it readable on a dark page too; the style, on one that is narrower.
  return "<svg" + attribute("xmlns", "http://www.w3.org/2000/svg") + attribute("width", width_) + attribute("height", height_) +
         attribute("viewBox", "0 0 " + tenth(width_) + " " + tenth(height_)) + attribute("role", "img") +
         attribute("style", "max-width: 100%; height: auto") +
         attribute("font-family",
                   "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', "
                   "sans-serif") +
         attribute("font-size", Font().size) + attribute("fill", ink) + ">\n" +
         (title_.empty() ? "" : "<title>" + escaped(title_) + "</title>\n") + "<rect" + attribute("width", "100%") +
         attribute("height", "100%") + attribute("fill", white) + "/>\n" + elements_ + "</svg>\n";
}

void Picture::save(const std::string& path) const {
  const std::string file = svg();
  io::write_file(path, {{file.data(), file.size()}}, "Picture: " + path + ": ");
}

Picture grid(const std::vector<Picture>& pictures, int columns, const std::string& title) {
  require(!pictures.empty() && columns >= 1, "grid: ", pictures.size(), " pictures in ", columns, " columns: needs at least one of each");
  constexpr double gap = 16;
  const Font heading{Align::centre, ink, 17, true};
  const std::size_t across = std::min(static_cast<std::size_t>(columns), pictures.size()), rows = (pictures.size() + across - 1) / across;
  std::vector<double> left(across + 1), top(rows + 1);
  std::string titles;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    left[i % across + 1] = std::max(left[i % across + 1], pictures[i].width() + gap);
    top[i / across + 1] = std::max(top[i / across + 1], pictures[i].height() + gap);
    if (!pictures[i].title().empty()) titles += (titles.empty() ? "" : "; ") + pictures[i].title();
  }
  left[0] = gap;
  top[0] = gap + (title.empty() ? 0 : heading.size + gap);
  for (std::size_t i = 0; i < across; ++i) left[i + 1] += left[i];
  for (std::size_t i = 0; i < rows; ++i) top[i + 1] += top[i];
  Picture all(std::ceil(std::max(left.back(), text_width(title, heading) + 2 * gap)), top.back(),
              title + (title.empty() || titles.empty() ? "" : ": ") + titles);
  all.text({all.width() / 2, gap + heading.size / 2}, title, heading);
  for (std::size_t i = 0; i < pictures.size(); ++i) all.paste(pictures[i], {left[i % across], top[i / across]});
  return all;
}

}  // namespace qkv::show
