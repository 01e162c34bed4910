#include <qkv/show/table.h>
#include <qkv/show/text.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cctype>
#include <ostream>

namespace qkv::show {
namespace {

/// Where the digits before the point end.
std::size_t point(const std::string& cell) { return std::min(cell.find_first_not_of("+-0123456789,"), cell.size()); }

/// A sign, digits with commas, a point and digits, an exponent; then perhaps a unit of up to four columns.
bool is_number(const std::string& cell) {
  auto digit = [&](std::size_t i) { return i < cell.size() && std::isdigit(static_cast<unsigned char>(cell[i])); };
  std::size_t at = !cell.empty() && (cell[0] == '-' || cell[0] == '+');
  if (!digit(at)) return false;
  while (digit(at) || (at < cell.size() && cell[at] == ',' && digit(at + 1))) ++at;
  if (at < cell.size() && cell[at] == '.') ++at;
  while (digit(at)) ++at;
  if (at + 2 < cell.size() && cell[at] == 'e' && (cell[at + 1] == '-' || cell[at + 1] == '+')) at += 2;
  while (digit(at)) ++at;
  std::string unit = cell.substr(at);
  return width(unit) <= 4 && unit.find_first_of("0123456789.") == std::string::npos;
}

bool says_nothing(const std::string& cell) {
  static constexpr const char* words[] = {"", "-", "–", "nan", "inf", "-inf"};
  return std::any_of(std::begin(words), std::end(words), [&](const char* word) { return cell == word; });
}

}  // namespace

Table::Table(const std::vector<std::string>& headings) : headings_(headings) {
  require(!headings_.empty(), "Table: no headings: needs at least one column");
}

Table& Table::add_row(const std::vector<std::string>& cells) {
  require(cells.size() == headings_.size(), "Table: a row of ", cells.size(), " cells under ", headings_.size(), " headings");
  rows_.push_back(cells);
  return *this;
}

bool Table::has_numbers(std::size_t index) const {
  require(index < headings_.size(), "Table: column ", index, " of ", headings_.size(), ": there is none");
  bool any = false, all = true;
  for (const std::vector<std::string>& row : rows_) {
    any = any || is_number(row[index]);
    all = all && (is_number(row[index]) || says_nothing(row[index]));
  }
  return any && all;
}

std::vector<std::string> Table::column(std::size_t index) const {
  bool numbers = has_numbers(index);
  std::vector<std::string> result = {headings_[index]};
  std::size_t after = 0;  // the longest part behind the digits before the point
  for (const std::vector<std::string>& row : rows_)
    if (numbers && is_number(row[index])) after = std::max(after, width(row[index]) - point(row[index]));
  for (const std::vector<std::string>& row : rows_) {
    const std::string& cell = row[index];
    result.push_back(numbers && is_number(cell) ? left(cell, point(cell) + after) : cell);
  }
  return result;
}

std::vector<std::string> Table::lines() const {
  std::vector<std::string> result(rows_.size() + 1);
  for (std::size_t index = 0; index < headings_.size(); ++index) {
    std::vector<std::string> cells = column(index);
    std::size_t columns = 0;
    for (const std::string& cell : cells) columns = std::max(columns, width(cell));
    for (std::size_t i = 0; i < cells.size(); ++i)
      result[i] += (index ? "   " : "") + (has_numbers(index) ? right(cells[i], columns) : left(cells[i], columns));
  }
  std::string rule = repeat("─", width(result[0]));
  for (std::string& line : result) line.erase(line.find_last_not_of(' ') + 1);
  result.insert(result.begin() + 1, rule);
  return result;
}

std::ostream& operator<<(std::ostream& out, const Table& table) {
  for (const std::string& line : table.lines()) out << line << '\n';
  return out;
}

Picture draw(const Table& table) {
  constexpr double margin = 14, gap = 28, line = 28;
  double left = margin;
  std::vector<double> edges;  // where each column starts
  for (std::size_t index = 0; index < table.column_count(); ++index) {
    double columns = 0;
    for (const std::string& cell : table.column(index)) columns = std::max(columns, text_width(cell));
    edges.push_back(left);
    left += columns + gap;
  }
  edges.push_back(left);
  Picture picture(std::ceil(left - gap + margin), static_cast<double>(table.row_count() + 1) * line + margin, "A table");
  picture.line({margin, line + 2}, {picture.width() - margin, line + 2}, {grey, 1});
  for (std::size_t index = 0; index < table.column_count(); ++index) {
    const std::vector<std::string> cells = table.column(index);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const double y = static_cast<double>(i) * line + (i ? 20 : 14);
      // Blanks are narrower than digits: those that align a number on the point are turned into room at its right.
      const std::size_t filled = cells[i].find_last_not_of(' ') + 1;
      const double room = text_width(std::string(cells[i].size() - filled, '0'));
      const Colour colour = i ? ink : grey;
      if (table.has_numbers(index)) picture.text({edges[index + 1] - gap - room, y}, cells[i].substr(0, filled), {Align::right, colour});
      else picture.text({edges[index], y}, cells[i], {Align::left, colour});
    }
  }
  return picture;
}

}  // namespace qkv::show
