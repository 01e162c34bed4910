#pragma once
#include <string>
#include <vector>

namespace qkv::show {

/// A text as a mask: how much of each pixel its letters cover, from 0 to 1, row after row.
struct Letters {
  int width = 0, height = 0;
  std::vector<double> cover;
};

/// Canvas::text_height pixels high, in the built-in font.
Letters letters(const std::string& text);

}  // namespace qkv::show
