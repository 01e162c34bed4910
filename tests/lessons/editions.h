#pragma once
#include "page.h"

#include <map>
#include <set>

// Two editions of one page: README.md and README.zh.md say the same in two languages. What a program can compare of it, section by section: the
// blocks, the code, the formulas' lines, numbers, links, pictures, rows of tables, exercises and answers.

namespace checker {

using Counts = std::map<std::string, int>;

/// What stands between one "## heading" and the next. The first section is what stands above all headings.
struct Section {
  std::string heading;
  std::size_t line = 1;
  std::vector<std::string> blocks, links;  // in their order
  std::set<std::string> code;              // spans without a number: names
  Counts numbers, rows;                    // numbers, in code spans (as they stand there) and in the text; rows of tables by their columns
  int formulas = 0, answers = 0, exercises = 0;
};

inline std::string without(std::string text, const std::string& part) {
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part)) text.erase(at, part.size());
  return text;
}

/// Counts the numbers of a text that have two digits or more, or a point: 32, 1,000, .85. What is less may be a word in the other language.
inline void count_numbers(const std::string& text, Counts& numbers) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = is_digit(text[i]) || (text[i] == '.' && i + 1 < text.size() && is_digit(text[i + 1]));
    if (!starts) continue;
    std::size_t end = i;
    while (end < text.size() &&
           (is_digit(text[end]) || ((text[end] == '.' || text[end] == ',') && end + 1 < text.size() && is_digit(text[end + 1]))))
      ++end;
    const std::string number = text.substr(i, end - i);
    if (number.size() > 1 && (i == 0 || !is_name(text[i - 1]))) ++numbers[number];
    i = end;
  }
}

/// Takes the links, code spans and numbers out of one line of text.
inline void read_text(std::string line, Section& section) {
  for (std::size_t open = line.find("]("); open != std::string::npos; open = line.find("](", open)) {
    const std::size_t close = std::min(line.find(')', open), line.size());
    std::string target = line.substr(open + 2, close - open - 2);
    section.links.push_back(without(target.substr(0, target.find('#')), ".zh"));
    line.erase(open, close - open);
  }
  for (std::size_t open = line.find('`'); open != std::string::npos; open = line.find('`')) {
    const std::size_t text = std::min(line.find_first_not_of('`', open), line.size());
    const std::size_t close = line.find(std::string(text - open, '`'), text);
    if (close == std::string::npos) break;
    const std::string span = line.substr(text, close - text);
    if (parse(span).numbers.empty()) section.code.insert(span);
    else ++section.numbers["`" + span + "`"];
    line.replace(open, close + (text - open) - open, " ");
  }
  count_numbers(line, section.numbers);
}

inline std::vector<Section> read_sections(const std::vector<std::string>& lines) {
  std::vector<Section> sections(1);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string::npos) continue;
    if (line.compare(first, 3, "```") == 0) {
      std::string block = one_blank(line.substr(first + 3));
      const bool commands = block.empty();  // their comments are translated
      for (++i; i < lines.size() && lines[i].find("```") == std::string::npos; ++i)
        block += "\n" + one_blank(commands ? lines[i].substr(0, lines[i].find(" #")) : lines[i]);
      sections.back().blocks.push_back(block);
      continue;
    }
    if (line.compare(0, 3, "## ") == 0) {
      sections.emplace_back();
      sections.back().heading = one_blank(line.substr(3));
      sections.back().line = i + 1;
    }
    Section& section = sections.back();
    if (first >= 4) ++section.formulas;
    if (line[first] == '|') ++section.rows[std::to_string(std::count(line.begin(), line.end(), '|')) + " bars"];
    if (is_digit(line[0]) && line.find(". ") < 3) ++section.exercises;
    if (line.find("<details>") != std::string::npos) ++section.answers;
    read_text(line, section);
  }
  return sections;
}

inline std::string counts_difference(const Counts& english, const Counts& chinese) {
  std::string text;
  Counts all = english;
  all.insert(chinese.begin(), chinese.end());
  for (const auto& [what, unused] : all) {
    const int here = english.count(what) ? english.at(what) : 0, there = chinese.count(what) ? chinese.at(what) : 0;
    if (here != there) text += (text.empty() ? "" : ", ") + what + " " + std::to_string(here) + " : " + std::to_string(there);
  }
  return text;
}

/// Where two editions of a page differ in what must be the same ("English : Chinese"), or "".
inline std::string edition_difference(const std::vector<std::string>& english, const std::vector<std::string>& chinese) {
  std::string text;
  const auto has = [](const std::vector<std::string>& lines, const std::string& name) {
    for (std::size_t i = 0; i < std::min<std::size_t>(lines.size(), 4); ++i)
      if (lines[i].compare(0, name.size(), name) == 0) return true;
    return false;
  };
  if (!has(english, "[中文](")) text += "\n    the English page has no link [中文](...) at its top";
  if (!has(chinese, "[English](")) text += "\n    the Chinese page has no link [English](...) at its top";
  const std::vector<Section> ours = read_sections(english), theirs = read_sections(chinese);
  if (ours.size() != theirs.size()) text += "\n    sections: " + std::to_string(ours.size()) + " : " + std::to_string(theirs.size());
  for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) {
    const Section &a = ours[i], &b = theirs[i];
    const std::string where = "\n    line " + std::to_string(b.line) + (b.heading.empty() ? "" : " (" + b.heading + ")") + ": ";
    const auto number = [](const std::string& heading) { return heading.substr(0, heading.find_first_not_of("0123456789")); };
    if (number(a.heading) != number(b.heading)) text += where + "the heading's number is " + number(a.heading) + " in English";
    if (a.blocks.size() != b.blocks.size())
      text += where + "blocks " + std::to_string(a.blocks.size()) + " : " + std::to_string(b.blocks.size());
    for (std::size_t k = 0; k < std::min(a.blocks.size(), b.blocks.size()); ++k)
      if (a.blocks[k] != b.blocks[k]) text += where + "block " + std::to_string(k + 1) + " is another one";
    Counts links, their_links, names, their_names;
    for (const std::string& link : a.links) ++links[link];
    for (const std::string& link : b.links) ++their_links[link];
    for (const std::string& name : a.code) names["`" + name + "`"] = 1;
    for (const std::string& name : b.code) their_names["`" + name + "`"] = 1;
    for (const auto& [what, differs] : {std::pair{"links ", counts_difference(links, their_links)},
                                        {"code ", counts_difference(names, their_names)},
                                        {"numbers ", counts_difference(a.numbers, b.numbers)},
                                        {"rows of tables ", counts_difference(a.rows, b.rows)}})
      if (!differs.empty()) text += where + what + differs;
    for (const auto& [what, here, there] : {std::tuple{"lines of formulas ", a.formulas, b.formulas},
                                            {"exercises ", a.exercises, b.exercises},
                                            {"answers ", a.answers, b.answers}})
      if (here != there) text += where + what + std::to_string(here) + " : " + std::to_string(there);
  }
  return text.empty() ? "" : "the editions differ (English : Chinese)" + text;
}

}  // namespace checker
