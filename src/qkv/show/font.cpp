#include <qkv/show/canvas.h>
#include <qkv/show/font.h>
#include <qkv/show/text.h>

#include <stb/stb_easy_font.h>
#include <cmath>
#include <cstring>

namespace qkv::show {
namespace {

/// Only what the font knows: the characters from blank to ~.
std::string ascii(const std::string& text) {
  static constexpr const char* spelled[][2] = {{"×", "x"},     {"·", "."},     {"→", "->"},  {"←", "<-"}, {"−", "-"},     {"–", "-"},
                                               {"—", "-"},     {"√", "sqrt "}, {"≤", "<="},  {"≥", ">="}, {"α", "alpha"}, {"β", "beta"},
                                               {"γ", "gamma"}, {"σ", "sigma"}, {"τ", "tau"}, {"’", "'"},  {"“", "\""},    {"”", "\""}};
  std::string result;
  for (const std::string& character : characters(text)) {
    const char* known = character.size() == 1 && character[0] >= ' ' && character[0] <= '~' ? character.c_str() : "?";
    for (auto [sign, spelling] : spelled)
      if (character == sign) known = spelling;
    result += known;
  }
  return result;
}

/// Twice as large with the corners of slanted strokes filled in (Scale2x): a quarter of a pixel becomes what its two outer neighbours
/// both are.
Letters doubled(const Letters& small) {
  Letters large{2 * small.width, 2 * small.height, {}};
  auto at = [&](int x, int y) { return x < 0 || y < 0 || x >= small.width || y >= small.height ? 0.0 : small.cover[y * small.width + x]; };
  for (int y = 0; y < large.height; ++y)
    for (int x = 0; x < large.width; ++x) {
      int i = x / 2, j = y / 2, right = x % 2 ? 1 : -1, down = y % 2 ? 1 : -1;
      double beside = at(i + right, j), above = at(i, j + down);
      bool corner = beside == above && beside != at(i, j - down) && above != at(i - right, j);
      large.cover.push_back(corner ? beside : at(i, j));
    }
  return large;
}

/// Half as large: each pixel the mean of four.
Letters halved(const Letters& large) {
  Letters small{large.width / 2, large.height / 2, {}};
  for (int y = 0; y < small.height; ++y)
    for (int x = 0; x < small.width; ++x) {
      const double* upper = &large.cover[2 * y * large.width + 2 * x];
      const double* lower = upper + large.width;
      small.cover.push_back((upper[0] + upper[1] + lower[0] + lower[1]) / 4);
    }
  return small;
}

}  // namespace

Letters letters(const std::string& text) {
  struct Corner {
    float x, y, z;
    unsigned char colour[4];
  };  // what stb_easy_font writes, four to a stroke
  std::string known = ascii(text);
  Letters result{stb_easy_font_width(known.data()), Canvas::text_height / 2, {}};
  result.cover.resize(static_cast<std::size_t>(result.width * result.height));
  std::vector<Corner> corners(known.size() * 4 * 32);
  int strokes = stb_easy_font_print(0, 0, known.data(), nullptr, corners.data(), static_cast<int>(corners.size() * sizeof(Corner)));
  for (int corner = 0; corner < 4 * strokes; corner += 4) {
    const Corner &first = corners[corner], &last = corners[corner + 2];
    for (int y = static_cast<int>(first.y); y < static_cast<int>(last.y) && y < result.height; ++y)
      for (int x = static_cast<int>(first.x); x < static_cast<int>(last.x) && x < result.width; ++x) result.cover[y * result.width + x] = 1;
  }
  return halved(doubled(doubled(result)));
}

}  // namespace qkv::show
