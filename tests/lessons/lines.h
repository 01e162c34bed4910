#pragma once
#include "compare.h"

#include <filesystem>
#include <fstream>
#include <sstream>

// What a lesson printed, line by line, and how it differs from what was expected.

namespace checker {

inline std::vector<std::string> read_lines(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  while (!lines.empty() && one_blank(lines.back()).empty()) lines.pop_back();
  return lines;
}

/// Where pictures went is said only with --out, and is not part of what a lesson shows.
inline std::vector<std::string> without_pictures(std::vector<std::string> lines) {
  const auto says_where = [](const std::string& line) { return one_blank(line).rfind("picture: pictures/", 0) == 0; };
  lines.erase(std::remove_if(lines.begin(), lines.end(), says_where), lines.end());
  return lines;
}

/// Did the lesson find no data of its own? Then it used others, and prints other numbers.
inline bool falls_back(const std::vector<std::string>& lines) {
  return std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find(" is not installed; using ") != std::string::npos || line.find(" too few packages; using ") != std::string::npos;
  });
}

inline std::string shown(const std::vector<std::string>& lines, std::size_t i) { return i < lines.size() ? lines[i] : "(the end)"; }

/// Up to five lines that differ, or "".
inline std::string difference(const std::vector<std::string>& expected, const std::vector<std::string>& actual) {
  std::ostringstream text;
  int count = 0;
  for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
    if (i < expected.size() && i < actual.size() && agree(expected[i], actual[i], Places::may_round)) continue;
    if (++count > 5) break;
    text << "\n  expected.txt:" << i + 1 << "\n    expected  " << shown(expected, i) << "\n    actual    " << shown(actual, i);
    if (expected.size() != actual.size() && parse(shown(expected, i)).words != parse(shown(actual, i)).words)
      break;  // the rest is out of step
  }
  if (count == 0) return "";
  if (expected.size() != actual.size()) text << "\n  " << expected.size() << " lines were expected, there are " << actual.size();
  return "it printed something else" + text.str();
}

}  // namespace checker
