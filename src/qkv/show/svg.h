#pragma once
#include <qkv/show/canvas.h>

// The strokes of a Canvas as elements of an SVG picture, one line each: letters stay letters, and any zoom is sharp.

namespace qkv::show {

std::string svg_rectangle(int x, int y, int width, int height, Colour colour);
std::string svg_line(Point from, Point to, double thickness, Colour colour);
std::string svg_polygon(const std::vector<Point>& corners, Colour colour);
/// (x, y) is where Canvas::text starts: the upper edge of the letters, at their left, middle or right end.
std::string svg_text(int x, int y, const std::string& text, Colour colour, Align align, bool bold);
std::string svg_text_upwards(int x, int y, const std::string& text, Colour colour);
/// Elements moved to the right and down.
std::string svg_group(int x, int y, const std::string& elements);
/// The whole file.
std::string svg_picture(int width, int height, const std::string& elements);

/// Text as it stands in SVG and HTML: & < > " spelled out.
std::string escaped(const std::string& text);

}  // namespace qkv::show
