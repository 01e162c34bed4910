#include <qkv/show/colour.h>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>

namespace qkv::show {
namespace {

template <std::size_t n>
Colour between(const Colour (&anchors)[n], double fraction) {
  double at = std::clamp(fraction, 0.0, 1.0) * (n - 1);
  std::size_t i = std::min(static_cast<std::size_t>(at), n - 2);
  auto mix = [=](std::uint8_t a, std::uint8_t b) {
    return static_cast<std::uint8_t>(std::lround(a + (at - static_cast<double>(i)) * (b - a)));
  };
  return {mix(anchors[i].red, anchors[i + 1].red), mix(anchors[i].green, anchors[i + 1].green), mix(anchors[i].blue, anchors[i + 1].blue)};
}

std::string sequence(const char* ground, Colour colour, Palette palette) {
  if (palette == Palette::none) return "";
  auto text = [](int n) { return std::to_string(n); };
  std::string start = std::string("\033[") + ground;
  if (palette == Palette::colours_24_bit)
    return start + ";2;" + text(colour.red) + ";" + text(colour.green) + ";" + text(colour.blue) + "m";
  // The 6 x 6 x 6 cube of the 256 colours has the levels 0, 95, 135, 175, 215, 255.
  auto level = [](int byte) { return byte < 48 ? 0 : byte < 115 ? 1 : (byte - 35) / 40; };
  return start + ";5;" + text(16 + 36 * level(colour.red) + 6 * level(colour.green) + level(colour.blue)) + "m";
}

}  // namespace

Palette palette_of(const std::ostream& out) {
  int file = &out == &std::cout ? STDOUT_FILENO : &out == &std::cerr ? STDERR_FILENO : -1;
  const char *no_colour = std::getenv("NO_COLOR"), *kind = std::getenv("COLORTERM");
  if (file < 0 || !isatty(file) || (no_colour && *no_colour)) return Palette::none;
  return kind && (std::string(kind) == "truecolor" || std::string(kind) == "24bit") ? Palette::colours_24_bit : Palette::colours_256;
}

std::string foreground(Colour colour, Palette palette) { return sequence("38", colour, palette); }
std::string background(Colour colour, Palette palette) { return sequence("48", colour, palette); }
std::string plain(Palette palette) { return palette == Palette::none ? "" : "\033[0m"; }

Colour sequential(double fraction) {
  static constexpr Colour anchors[] = {{68, 1, 84},    {71, 44, 122}, {59, 81, 139},  {44, 113, 142}, {33, 144, 141},
                                       {39, 173, 129}, {92, 200, 99}, {170, 220, 50}, {253, 231, 37}};
  return between(anchors, fraction);
}

Colour diverging(double fraction) {
  static constexpr Colour anchors[] = {{33, 102, 172}, {146, 197, 222}, {247, 247, 247}, {244, 165, 130}, {178, 24, 43}};
  return between(anchors, (fraction + 1) / 2);
}

Colour readable_on(Colour colour) {
  double brightness = 0.299 * colour.red + 0.587 * colour.green + 0.114 * colour.blue;
  return brightness > 140 ? Colour{0, 0, 0} : white;
}

Colour line_colour(std::size_t index) {
  static constexpr Colour colours[] = {{0, 114, 178}, {213, 94, 0},   {0, 158, 115}, {204, 121, 167},
                                       {230, 159, 0}, {86, 180, 233}, {90, 90, 90}};
  return colours[index % (sizeof colours / sizeof *colours)];
}

}  // namespace qkv::show
