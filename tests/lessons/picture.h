#pragma once
#include "compare.h"

#include <algorithm>

// When does an SVG that a lesson drew show what the committed one shows? Elements stand one a line. Words must be the same; places, colours and
// written numbers nearly so, for a trained number differs a little between processors.

namespace checker {

/// A line of SVG, cut into what must be the same (`words`), numbers in the drawing and in its texts, and the channels of its colours.
struct Element {
  std::string words;
  std::vector<double> places, written, channels;
};

inline Element read_element(const std::string& line) {
  Element element;
  bool inside = false;  // a tag
  for (std::size_t i = 0; i < line.size();) {
    Number number;
    const auto is_hex = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
    if (inside && line[i] == '#' && i + 7 <= line.size() && std::all_of(line.begin() + i + 1, line.begin() + i + 7, is_hex)) {
      for (std::size_t c = i + 1; c < i + 7; c += 2) element.channels.push_back(std::stoi(line.substr(c, 2), nullptr, 16));
      element.words += '#';
      i += 7;
    } else if (read_number(line, i, number) || (i > 0 && std::isalpha(static_cast<unsigned char>(line[i - 1])) != 0 && inside &&
                                                read_number(' ' + line.substr(i), 1, number))) {  // the 3 of a path's L3
      (inside ? element.places : element.written).push_back(number.value);
      i += number.end - number.begin;
    } else {
      if (line[i] == '<') inside = true;
      if (line[i] == '>') inside = false;
      element.words += line[i++];
    }
  }
  element.words = one_blank(element.words);
  return element;
}

inline bool all_near(const std::vector<double>& a, const std::vector<double>& b, double absolute, double relative) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    if (!(std::fabs(a[i] - b[i]) <= absolute + relative * std::fabs(a[i]))) return false;
  return a.size() == b.size();
}

/// The texts of a picture that hold no number, in order of the alphabet.
inline std::vector<std::string> words_of(const std::vector<std::string>& lines) {
  std::vector<std::string> words;
  for (const std::string& line : lines) {
    const std::size_t begin = line.find("<text"), end = line.find("</text>");
    if (begin == std::string::npos || end == std::string::npos) continue;
    const std::string text = line.substr(line.find('>', begin) + 1, end - line.find('>', begin) - 1);
    if (std::none_of(text.begin(), text.end(), is_digit)) words.push_back(text);
  }
  std::sort(words.begin(), words.end());
  return words;
}

/// Where two pictures differ, or "". `same_run`: one and the same run drew them; else only their words must be the same.
inline std::string picture_difference(const std::vector<std::string>& expected, const std::vector<std::string>& actual, bool same_run) {
  if (!same_run) return words_of(expected) == words_of(actual) ? "" : "its words are not those of the run";
  for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
    if (i >= expected.size() || i >= actual.size())
      return "the run draws " + std::to_string(actual.size()) + " lines, not " + std::to_string(expected.size());
    const Element a = read_element(expected[i]), b = read_element(actual[i]);
    if (a.words == b.words && all_near(a.places, b.places, 12, 0.02) && all_near(a.written, b.written, 0.05, 0.05) &&
        all_near(a.channels, b.channels, 40, 0))
      continue;
    return "line " + std::to_string(i + 1) + " differs (make pictures draws it anew)\n    expected  " + expected[i] + "\n    actual    " +
           actual[i];
  }
  return "";
}

}  // namespace checker
