#pragma once
#include "compare.h"

#include <algorithm>
#include <map>
#include <set>

// Which sections of which article a lesson mirrors: what its heading says, held to the tables of README.md, lessons/README.md and
// lessons/ARTICLES.md.

namespace checker {

/// "《专注力》 §3.2; 《认知平衡》 §9.2": what a run's heading says, on one line or several.
inline std::string mirrors_of(const std::vector<std::string>& output) {
  std::string text;
  for (const std::string& line : output) {
    if (one_blank(line).empty()) break;
    text += " " + line;
  }
  const std::size_t at = text.find("mirrors: ");
  return at == std::string::npos ? "" : one_blank(text.substr(at + 9));
}

inline std::vector<std::string> cut(const std::string& text, const std::string& at) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find(at, begin)) != std::string::npos; begin = end + at.size())
    parts.push_back(text.substr(begin, end - begin));
  parts.push_back(text.substr(begin));
  return parts;
}

inline std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

/// The sections that stand in a text, each with its §: "§4.1–4.3, §5" is 4.1, 4.2, 4.3 and 5.
inline std::set<std::string> sections_in(const std::string& text) {
  std::set<std::string> sections;
  const std::vector<std::string> parts = cut(text, "§");
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string& part = parts[i];
    const auto number_at = [&](std::size_t at) { return part.substr(at, part.find_first_not_of("0123456789.", at) - at); };
    const std::string first = number_at(0), dash = "–";
    sections.insert(first);
    if (part.compare(first.size(), dash.size(), dash) != 0) continue;
    const std::string last = number_at(first.size() + dash.size()), chapter = first.substr(0, first.find('.') + 1);
    for (int n = std::stoi(first.substr(chapter.size())); n <= std::stoi(last.substr(last.find('.') + 1)); ++n)
      sections.insert(chapter + std::to_string(n));
  }
  return sections;
}

/// "《专注力》 3.2: 31": what lessons say that they mirror. Articles that share a section stand before it: 《资源分配》, 《专注力》 §4.2.
inline std::set<std::string> said_by_lessons(const std::map<std::string, std::string>& mirrors) {
  std::set<std::string> all;
  for (const auto& [lesson, text] : mirrors)
    for (const std::string& part : cut(text, ";"))
      for (const std::string& begin : cut(part, "《")) {
        const std::size_t end = begin.find("》");
        if (end == std::string::npos) continue;
        for (const std::string& section : sections_in(part))
          all.insert("《" + begin.substr(0, end) + "》 " + section + ": " + lesson.substr(0, 2));
      }
  return all;
}

/// What the rows of a map say: the last 《title》 of a row, or of a heading above it, names the article; a row has one section and its lessons, or
/// "§1: 14 · §3.2: 33, 34".
inline std::set<std::string> said_by_map(const std::vector<std::string>& lines) {
  std::set<std::string> all;
  std::string article;
  for (const std::string& line : lines) {
    const bool is_row = line.compare(0, 1, "|") == 0, is_heading = line.compare(0, 2, "##") == 0;
    const std::size_t title = line.rfind("《");
    if ((is_row || is_heading) && title != std::string::npos)
      article = line.substr(title, line.find("》", title) + std::string("》").size() - title);
    if (!is_row) continue;
    for (const std::string& part : cut(line, "·")) {
      const std::size_t sign = part.find("§");
      if (sign == std::string::npos) continue;
      const std::size_t lessons = std::min(part.find(':', sign), part.find('|', sign));
      if (lessons == std::string::npos) continue;
      const std::string last = part.substr(lessons);
      for (std::size_t i = 0; i < last.size(); ++i)
        if (is_digit(last[i]) && i + 1 < last.size() && is_digit(last[i + 1])) {
          for (const std::string& section : sections_in(part.substr(0, lessons)))
            all.insert(article + " " + section + ": " + last.substr(i, 2));
          ++i;
        }
    }
  }
  return all;
}

/// What one of a map and the lessons says and the other does not, or "".
inline std::string map_difference(const std::vector<std::string>& lines, const std::map<std::string, std::string>& mirrors) {
  const std::set<std::string> map = said_by_map(lines), lessons = said_by_lessons(mirrors);
  std::string wrong;
  for (const std::string& entry : lessons)
    if (map.count(entry) == 0) wrong += "\n    only the lesson says " + entry;
  for (const std::string& entry : map)
    if (lessons.count(entry) == 0) wrong += "\n    only the table says " + entry;
  return wrong;
}

/// The rows of lessons/README.md, "| [31 additive](31_additive/README.md) | the question | what it mirrors |", held to the lessons.
inline std::string list_difference(const std::vector<std::string>& lines, const std::map<std::string, std::string>& mirrors) {
  std::string wrong;
  for (const auto& [lesson, text] : mirrors) {
    const auto row = std::find_if(lines.begin(), lines.end(), [&, name = lesson](const std::string& line) {
      return line.compare(0, 3, "| [") == 0 && line.find("](" + name + "/README.md)") != std::string::npos;
    });
    if (row == lines.end()) {
      wrong += "\n    has no row for " + lesson;
      continue;
    }
    const std::vector<std::string> cells = cut(*row, "|");
    if (cells.size() < 4 || trimmed(cells[3]) != text) wrong += "\n    " + lesson + " mirrors " + text;
  }
  return wrong;
}

}  // namespace checker
