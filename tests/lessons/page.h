#pragma once
#include "compare.h"

#include <algorithm>

// What a page of Markdown says that a run can confirm: its fenced blocks and the numbers in its `code spans`.

namespace checker {

struct Block {
  std::string info;      // what follows the opening fence: "text output", "cpp"
  std::size_t line = 0;  // of its first line, counted from 1
  std::vector<std::string> lines;
};

struct Span {
  std::string text;
  std::size_t line = 0;
};

struct Page {
  std::vector<Block> blocks;
  std::vector<Span> spans;
  std::vector<Span> headings;      // "## 2 A score for each key": what follows the ##
  std::vector<std::string> links;  // what stands between ]( and ), links and pictures
  std::vector<int> answers;        // for each numbered item under "## Exercises" how many folded answers follow it
};

inline Page read_page(const std::vector<std::string>& lines) {
  Page page;
  bool inside = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    const std::size_t fence = line.find_first_not_of(" \t");
    if (fence != std::string::npos && line.compare(fence, 3, "```") == 0) {
      if (!inside) page.blocks.push_back({one_blank(line.substr(fence + 3)), i + 2, {}});
      inside = !inside;
    } else if (inside) {
      page.blocks.back().lines.push_back(line);
    } else {
      if (line.compare(0, 3, "## ") == 0) page.headings.push_back({one_blank(line.substr(3)), i + 1});
      if (!page.headings.empty() && page.headings.back().text == "Exercises") {
        if (!line.empty() && is_digit(line[0])) page.answers.push_back(0);
        if (!page.answers.empty() && line.find("<details>") != std::string::npos) ++page.answers.back();
      }
      for (std::size_t open = line.find("]("); open != std::string::npos; open = line.find("](", open + 1))
        page.links.push_back(line.substr(open + 2, line.find(')', open) - open - 2));
      for (std::size_t open = line.find('`'); open != std::string::npos;) {
        const std::size_t text = std::min(line.find_first_not_of('`', open), line.size());
        const std::size_t close = line.find(std::string(text - open, '`'), text);
        if (close == std::string::npos) break;
        page.spans.push_back({line.substr(text, close - text), i + 1});
        open = line.find('`', close + (text - open));
      }
    }
  }
  return page;
}

/// Are two lines of code the same, wherever they begin?
inline bool same_code(const std::string& a, const std::string& b) { return one_blank(" " + a) == one_blank(" " + b); }

/// The index of the first line of `block` that `output` does not have where it should: consecutive lines follow one another in it too, except
/// around a line "...". block.lines.size() if it has them all.
template <class Same>
std::size_t first_missing(const Block& block, const std::vector<std::string>& output, Same same_line) {
  std::size_t at = 0, furthest = 0;
  for (std::size_t begin = 0; begin < block.lines.size();) {
    if (one_blank(block.lines[begin]) == "...") {
      ++begin;
      continue;
    }
    furthest = begin;
    std::size_t end = begin;
    while (end < block.lines.size() && one_blank(block.lines[end]) != "...") ++end;
    for (bool found = false; !found; ++at) {
      if (at >= output.size()) return furthest;
      std::size_t same = 0;
      while (begin + same < end && at + same < output.size() && same_line(output[at + same], block.lines[begin + same])) ++same;
      furthest = std::max(furthest, begin + same);
      found = begin + same == end;
      if (found) at += same - 1;
    }
    begin = end;
  }
  return block.lines.size();
}

inline std::size_t first_missing(const Block& block, const std::vector<std::string>& output) {
  return first_missing(block, output, [](const std::string& a, const std::string& b) { return agree(a, b, Places::exact); });
}

/// The headings of a run's sections, without their formulas: "2 A score for each key".
inline std::vector<std::string> sections_of(const std::vector<std::string>& output) {
  std::vector<std::string> sections;
  for (std::size_t i = 1; i < output.size(); ++i) {  // the first line is the lesson's own heading
    const std::string& line = output[i];
    const std::size_t title = line.find_first_not_of("0123456789");
    if (title == 0 || title == std::string::npos || line.compare(title, 2, "  ") != 0) continue;
    sections.push_back(one_blank(line.substr(0, line.find("   ", title + 2))));
  }
  return sections;
}

/// The first difference between a run's sections and the numbered headings of its page, or "".
inline std::string heading_difference(const Page& page, const std::vector<std::string>& sections) {
  std::vector<std::string> numbered;
  for (const Span& heading : page.headings)
    if (is_digit(heading.text[0])) numbered.push_back(heading.text);
  for (std::size_t i = 0; i < std::max(numbered.size(), sections.size()); ++i) {
    const std::string said = i < numbered.size() ? numbered[i] : "(none)", run = i < sections.size() ? sections[i] : "(none)";
    if (said != run) return "the page's heading '" + said + "' is '" + run + "' in the run";
  }
  return "";
}

/// The numbers in code spans that have three or more places and are not among `known`, to within half a unit of their last place.
inline std::vector<Span> unknown_numbers(const Page& page, const std::vector<Number>& known) {
  std::vector<Span> unknown;
  for (const Span& span : page.spans)
    for (const Number& said : parse(span.text).numbers) {
      const bool decimals = span.text.substr(said.begin, said.end - said.begin).find('.') != std::string::npos;
      if (!decimals || said.is_time || said.last_place > 1.1e-3) continue;
      auto is_it = [&](const Number& number) {
        return std::fabs(number.value - said.value) <= std::max(0.5001 * said.last_place, number.tolerance);
      };
      if (std::none_of(known.begin(), known.end(), is_it))
        unknown.push_back({span.text.substr(said.begin, said.end - said.begin), span.line});
    }
  return unknown;
}

}  // namespace checker
