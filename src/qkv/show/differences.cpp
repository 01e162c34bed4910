#include <qkv/show/colour.h>
#include <qkv/show/differences.h>

#include <algorithm>
#include <cctype>
#include <ostream>
#include <sstream>
#include <vector>

namespace qkv::show {
namespace {

using Lines = std::vector<std::string>;

/// A heading ("2  A score for each key"; empty before the first) and what follows it.
struct Section {
  std::string heading;
  Lines lines;
};

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

std::vector<Section> sections(const std::string& text) {
  std::vector<Section> all(1);
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && is_digit(line[0])) all.push_back({line, {}});
    else all.back().lines.push_back(line);
  }
  return all;
}

bool is_rule(const std::string& line) { return line.find("───") != std::string::npos; }
bool is_blank(const std::string& line) { return line.find_first_not_of(' ') == std::string::npos; }

/// The line as it is compared: runs of blanks are one, for a column may be wider, and every time is "_", for two runs never take the same.
std::string essence(const std::string& line) {
  if (is_rule(line)) return "─";
  std::string result;
  for (std::size_t i = 0; i < line.size();) {
    std::size_t end = i;
    while (end < line.size() && (is_digit(line[end]) || line[end] == '.')) ++end;
    const auto unit = [&](const std::string& name) {
      const std::size_t behind = end + name.size();
      return line.compare(end, name.size(), name) == 0 &&
             (behind >= line.size() || std::isalnum(static_cast<unsigned char>(line[behind])) == 0);
    };
    const bool is_time = end > i && (unit(" s") || unit(" ms") || unit(" µs"));
    if (is_time) result += '_';
    else if (end > i) result += line.substr(i, end - i);
    else if (line[i] != ' ' || (!result.empty() && result.back() != ' ')) result += line[i];
    i = std::max(end, i + 1);
  }
  return result;
}

bool same(const std::string& a, const std::string& b) { return a == b || essence(a) == essence(b); }

/// A line and its mark: ' ' in both, '-' only before, '+' only after.
struct Marked {
  char mark;
  std::string line;
};

/// By the longest common subsequence.
std::vector<Marked> aligned(const Lines& before, const Lines& after) {
  const std::size_t rows = before.size(), columns = after.size();
  std::vector<std::vector<std::size_t>> common(rows + 1, std::vector<std::size_t>(columns + 1));  // of what follows (i, j)
  for (std::size_t i = rows; i-- > 0;)
    for (std::size_t j = columns; j-- > 0;)
      common[i][j] = same(before[i], after[j]) ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  std::vector<Marked> result;
  std::size_t i = 0, j = 0;
  while (i < rows || j < columns) {
    if (i < rows && j < columns && same(before[i], after[j])) {
      result.push_back({' ', before[i]});
      ++i, ++j;
    } else if (j == columns || (i < rows && common[i + 1][j] >= common[i][j + 1])) {
      result.push_back({'-', before[i++]});
    } else {
      result.push_back({'+', after[j++]});
    }
  }
  return result;
}

/// Which lines to print: those that differ, one on each side of them, and the head of a table above them.
std::vector<bool> shown(const std::vector<Marked>& lines) {
  std::vector<bool> chosen(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].mark == ' ' || is_blank(lines[i].line)) continue;
    for (std::size_t near = i == 0 ? 0 : i - 1; near <= i + 1 && near < lines.size(); ++near) chosen[near] = true;
    for (std::size_t above = i; above-- > 1 && !is_blank(lines[above].line);)
      if (is_rule(lines[above].line)) {
        chosen[above] = chosen[above - 1] = true;
        break;
      }
  }
  return chosen;
}

void print(std::ostream& out, const Marked& marked) {
  const Palette palette = palette_of(out);
  std::string line = marked.line;
  if (marked.mark == ' ') {
    out << line << '\n';
    return;
  }
  if (line.compare(0, 3, "   ") == 0) line[1] = marked.mark;
  else line = std::string(1, marked.mark) + ' ' + line;
  out << foreground(marked.mark == '-' ? Colour{200, 60, 50} : Colour{40, 150, 70}, palette) << line << plain(palette) << '\n';
}

}  // namespace

void print_differences(std::ostream& out, const std::string& before, const std::string& after) {
  const std::vector<Section> a = sections(before), b = sections(after);
  std::string unchanged;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const Section none, &left = i < a.size() ? a[i] : none, &right = i < b.size() ? b[i] : none;
    const std::vector<Marked> lines = aligned(left.lines, right.lines);
    const std::string& heading = left.heading.empty() ? right.heading : left.heading;
    const std::vector<bool> chosen = shown(lines);
    const bool same_heading = left.heading.empty() || right.heading.empty() || left.heading == right.heading;
    if (same_heading && std::none_of(chosen.begin(), chosen.end(), [](bool is) { return is; })) {
      if (!heading.empty()) unchanged += (unchanged.empty() ? "" : ", ") + heading.substr(0, heading.find(' '));
      continue;
    }
    out << '\n' << heading << '\n';
    if (!same_heading) print(out, {'+', right.heading});
    bool left_out = false;
    for (std::size_t at = 0; at < lines.size(); ++at) {
      if (chosen[at] && !is_blank(lines[at].line)) {
        if (left_out) out << "       ...\n";
        print(out, lines[at]);
      }
      left_out = !chosen[at] && (left_out || (at > 0 && chosen[at - 1]));
    }
  }
  if (!unchanged.empty())
    out << "\nThe same in both: section" << (unchanged.find(',') == std::string::npos ? " " : "s ") << unchanged << ".\n";
}

}  // namespace qkv::show
