#pragma once
#include <qkv/io/append.h>

#include <vector>

namespace qkv::io {

/// A table that grows while a program runs, a row a step, as a CSV file for a spreadsheet, pandas or gnuplot. (A heading
/// with a comma or a quote is quoted as RFC 4180 says.)
///     CsvFile table("run.csv", {"step", "loss", "accuracy"});
///     table.row({0, 0.6931, 0.5});
/// A row is in the file when row() returns, whole, whatever happens to the program then.
class CsvFile {
 public:
  /// A new file with these headings; an existing one is replaced.  Throws Error without columns, or if it cannot be written.
  CsvFile(const std::string& path, const std::vector<std::string>& columns);
  /// To nine digits, enough for every float; what is not finite is nan, inf, -inf.  Throws Error unless there is a number for each column.
  void row(const std::vector<double>& numbers);

 private:
  std::string where_;
  std::size_t columns_;
  AppendFile file_;
};

}  // namespace qkv::io
