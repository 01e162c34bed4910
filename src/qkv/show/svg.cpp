#include <qkv/show/svg.h>

#include <cmath>
#include <sstream>

namespace qkv::show {
namespace {

constexpr int baseline = 15;  // below the upper edge of the letters

/// A tenth of a pixel is enough, and keeps files small.
double tenth(double x) { return std::round(10 * x) / 10; }

}  // namespace

std::string escaped(const std::string& text) {
  std::string result;
  for (char c : text) {
    if (c == '&') result += "&amp;";
    else if (c == '<') result += "&lt;";
    else if (c == '>') result += "&gt;";
    else if (c == '"') result += "&quot;";
    else result += c;
  }
  return result;
}

std::string svg_rectangle(int x, int y, int width, int height, Colour colour) {
  std::ostringstream out;
  out << "<rect x=\"" << x << "\" y=\"" << y << "\" width=\"" << width << "\" height=\"" << height << "\" fill=\"" << colour << "\"/>\n";
  return out.str();
}

std::string svg_line(Point from, Point to, double thickness, Colour colour) {
  std::ostringstream out;
  out << "<path d=\"M" << tenth(from.x) << ' ' << tenth(from.y) << 'L' << tenth(to.x) << ' ' << tenth(to.y) << "\" stroke=\"" << colour
      << "\" stroke-width=\"" << thickness << "\" stroke-linecap=\"round\"/>\n";
  return out.str();
}

std::string svg_polygon(const std::vector<Point>& corners, Colour colour) {
  std::ostringstream out;
  out << "<polygon points=\"";
  for (std::size_t i = 0; i < corners.size(); ++i) out << (i ? " " : "") << tenth(corners[i].x) << ',' << tenth(corners[i].y);
  out << "\" fill=\"" << colour << "\"/>\n";
  return out.str();
}

std::string svg_text(int x, int y, const std::string& text, Colour colour, Align align, bool bold) {
  if (text.empty()) return "";
  const char* anchor = align == Align::left ? "" : align == Align::centre ? " text-anchor=\"middle\"" : " text-anchor=\"end\"";
  std::ostringstream out;
  out << "<text x=\"" << x << "\" y=\"" << y + baseline << "\" fill=\"" << colour << '"' << anchor << (bold ? " font-weight=\"bold\"" : "")
      << '>' << escaped(text) << "</text>\n";
  return out.str();
}

std::string svg_text_upwards(int x, int y, const std::string& text, Colour colour) {
  if (text.empty()) return "";
  std::ostringstream out;
  out << "<text transform=\"translate(" << x + baseline << ' ' << y << ") rotate(-90)\" fill=\"" << colour << "\">" << escaped(text)
      << "</text>\n";
  return out.str();
}

std::string svg_group(int x, int y, const std::string& elements) {
  std::ostringstream out;
  out << "<g transform=\"translate(" << x << ' ' << y << ")\">\n" << elements << "</g>\n";
  return out.str();
}

std::string svg_picture(int width, int height, const std::string& elements) {
  std::ostringstream out;
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << width << "\" height=\"" << height << "\" viewBox=\"0 0 " << width << ' '
      << height << "\" font-family=\"sans-serif\" font-size=\"16\">\n"
      << elements << "</svg>\n";
  return out.str();
}

}  // namespace qkv::show
