#pragma once
#include <qkv/show/format.h>
#include <qkv/show/picture.h>

namespace qkv::show {

/// Rows and columns of text under headings. A column of numbers (with a short unit, such as 3.1 s or 87.5%) is aligned on the point.
///     Table table({"model", "parameters", "accuracy"});
///     table.add_row({"LSTM", whole(11402), number(0.8751, 3)});
///     std::cout << table;
class Table {
 public:
  /// Throws Error without headings.
  explicit Table(const std::vector<std::string>& headings);
  /// Returns the table, so that rows can be added in a chain.  Throws Error unless there is a cell for each heading.
  Table& add_row(const std::vector<std::string>& cells);

  std::size_t row_count() const { return rows_.size(); }
  std::size_t column_count() const { return headings_.size(); }
  /// The texts of a column, numbers already aligned; the heading is the first.
  std::vector<std::string> column(std::size_t index) const;
  bool has_numbers(std::size_t index) const;
  /// The headings, a thin rule, the rows.
  std::vector<std::string> lines() const;

 private:
  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

std::ostream& operator<<(std::ostream& out, const Table& table);
/// As a picture, to stand beside others in a grid().
Picture draw(const Table& table);

}  // namespace qkv::show
