#pragma once
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

// When is a line that a lesson printed the line that was expected? Words must be the same and numbers nearly so.

namespace checker {

/// A line is cut into words and numbers, in turn: words[0] numbers[0] words[1] numbers[1] ... words[n].
struct Number {
  double value = 0;
  double tolerance = -1;                         // 0.87~0.05 is 0.87 give or take 0.05; -1: not given
  double last_place = 1;                         // what one unit of its last digit is worth
  bool whole = true;                             // written without point and exponent
  bool exponent = false;                         // written with an exponent
  bool is_time = false;                          // followed by " s", " ms", " us" or " µs"
  std::size_t begin = 0, end = 0, mark_end = 0;  // where in the line; from end to mark_end is "~0.05"
};

struct Line {
  std::vector<std::string> words;  // blanks at the ends are gone and runs of blanks are one
  std::vector<Number> numbers;
};

inline bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
inline bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

inline std::string one_blank(const std::string& text) {
  std::string out;
  for (char c : text) {
    bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!blank) out += c;
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

/// Reads a number at `at`, if one starts there: W1, x_2 and 1.2.3's last part are words, -1 after a name or a number is not a sign.
inline bool read_number(const std::string& line, std::size_t at, Number& number) {
  const char before = at > 0 ? line[at - 1] : ' ';
  auto here = [&](std::size_t i) { return i < line.size() ? line[i] : '\0'; };
  std::size_t i = at;
  if ((here(i) == '-' || here(i) == '+') && before != ')' && before != ']') ++i;
  const bool starts = is_digit(here(i)) || (here(i) == '.' && is_digit(here(i + 1)));
  if (!starts || is_name(before) || before == '.') return false;
  number = Number();
  int exponent = 0;
  const std::size_t digits_begin = i;
  while (is_digit(here(i))) ++i;
  // 12,345 is one number: groups of three behind commas.
  const auto group_at = [&](std::size_t k) {
    return here(k) == ',' && is_digit(here(k + 1)) && is_digit(here(k + 2)) && is_digit(here(k + 3)) && !is_digit(here(k + 4));
  };
  if (i > digits_begin && i - digits_begin <= 3)
    while (group_at(i)) i += 4;
  if (here(i) == '.' && is_digit(here(i + 1))) {
    number.whole = false;
    for (++i; is_digit(here(i)); ++i) --exponent;
  }
  if (here(i) == 'e' || here(i) == 'E') {
    const std::size_t digits = i + (here(i + 1) == '-' || here(i + 1) == '+' ? 2 : 1);
    if (is_digit(here(digits))) {
      number.whole = false;
      number.exponent = true;
      exponent += std::atoi(line.c_str() + i + 1);
      for (i = digits; is_digit(here(i)); ++i) {
      }
    }
  }
  std::string text = line.substr(at, i - at);
  text.erase(std::remove(text.begin(), text.end(), ','), text.end());
  number.value = std::strtod(text.c_str(), nullptr);
  number.last_place = std::pow(10.0, exponent);
  number.begin = at;
  number.end = i;
  return true;
}

inline Line parse(const std::string& line) {
  static const std::string rule = "─";  // a table's rule is as long as its widest numbers make it, which may be times: one stands for all
  Line parsed;
  std::string word;
  for (std::size_t i = 0; i < line.size();) {
    Number number;
    if (!read_number(line, i, number)) {
      if (line.compare(i, rule.size(), rule) == 0 && i >= rule.size() && line.compare(i - rule.size(), rule.size(), rule) == 0)
        i += rule.size();
      else word += line[i++];
      continue;
    }
    i = number.end;
    Number tolerance;
    if (i + 1 < line.size() && line[i] == '~' && read_number(line, i + 1, tolerance)) {
      number.tolerance = tolerance.value;
      i = tolerance.end;
    }
    number.mark_end = i;
    for (const char* unit : {" s", " ms", " us", " µs", " μs"}) {  // the micro sign and the Greek letter
      const std::size_t length = std::string(unit).size();
      if (line.compare(i, length, unit) != 0 || (i + length < line.size() && is_name(line[i + length]))) continue;
      number.is_time = true;
      i += length;
      break;
    }
    parsed.words.push_back(one_blank(word));
    parsed.numbers.push_back(number);
    word.clear();
  }
  parsed.words.push_back(one_blank(word));
  return parsed;
}

/// Rounding: may the last of four or more places be one off? A value on the edge between 0.1234 and 0.1235 prints as either, on one processor or
/// another; within a repository there is no such reason.
enum class Places { exact, may_round };

inline bool agree(const Number& expected, const Number& actual, Places places) {
  if (expected.is_time != actual.is_time) return false;
  if (expected.is_time) return true;
  const double difference = std::fabs(expected.value - actual.value);
  if (expected.tolerance >= 0) return difference <= expected.tolerance * (1 + 1e-9);
  if (expected.whole && actual.whole) return difference == 0;
  if (expected.exponent)  // 3.2e-07 is not 1.9e-05, and not 0
    return (expected.value == 0) == (actual.value == 0) &&
           difference <= 2e-5 * std::fabs(expected.value) + (places == Places::may_round ? 1.001 * expected.last_place : 0);
  double allowed = 2e-5 * (1 + std::fabs(expected.value));
  if (places == Places::may_round && expected.last_place < 1.1e-4) allowed += 1.001 * expected.last_place;
  return difference <= allowed;
}

inline bool agree(const std::string& expected, const std::string& actual, Places places) {
  const Line a = parse(expected), b = parse(actual);
  if (a.words != b.words) return false;
  for (std::size_t i = 0; i < a.numbers.size(); ++i)
    if (!agree(a.numbers[i], b.numbers[i], places)) return false;
  return true;
}

/// For each line of `actual` the line of `old` that stands in its place, or old.size(): the longest common subsequence by their words.
inline std::vector<std::size_t> aligned(const std::vector<std::string>& old, const std::vector<std::string>& actual) {
  std::vector<std::vector<std::string>> before, after;
  for (const std::string& line : old) before.push_back(parse(line).words);
  for (const std::string& line : actual) after.push_back(parse(line).words);
  std::vector<std::vector<std::size_t>> common(after.size() + 1, std::vector<std::size_t>(before.size() + 1));  // of what follows (i, j)
  for (std::size_t i = after.size(); i-- > 0;)
    for (std::size_t j = before.size(); j-- > 0;)
      common[i][j] = after[i] == before[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  std::vector<std::size_t> places(after.size(), old.size());
  for (std::size_t i = 0, j = 0; i < after.size() && j < before.size();) {
    if (after[i] == before[j]) places[i++] = j++;
    else if (common[i + 1][j] >= common[i][j + 1]) ++i;
    else ++j;
  }
  return places;
}

/// The new expected.txt after a run that printed `actual`: the tolerances of the old one stay on the lines in whose place they stood, and what still
/// agrees and is as wide as before stays as it was.
inline std::vector<std::string> updated(const std::vector<std::string>& old, const std::vector<std::string>& actual) {
  const std::vector<std::size_t> places = aligned(old, actual);
  std::vector<std::string> lines = actual;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (places[i] == old.size()) continue;
    const std::string& earlier = old[places[i]];
    const Line before = parse(earlier), now = parse(actual[i]);
    for (std::size_t n = now.numbers.size(); n-- > 0;) {
      const Number& marked = before.numbers[n];
      if (marked.tolerance >= 0) lines[i].insert(now.numbers[n].end, earlier.substr(marked.end, marked.mark_end - marked.end));
    }
    if (earlier.size() == lines[i].size() && agree(earlier, actual[i], Places::may_round)) lines[i] = earlier;
  }
  return lines;
}

}  // namespace checker
