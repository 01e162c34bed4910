#include <qkv/io/csv_file.h>
#include <qkv/tensor/check.h>

#include <cmath>
#include <locale>
#include <sstream>

namespace qkv::io {
namespace {

/// In quotes, and quotes doubled, where a comma, a quote or the end of a line would break the table.
std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (char c : text) result += c == '"' ? "\"\"" : std::string(1, c);
  return result + '"';
}

std::string digits(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  std::ostringstream text;
  text.imbue(std::locale::classic());  // a point, whatever the country
  text.precision(9);
  text << number;
  return text.str();
}

template <class Cells, class Text>
std::string line(const Cells& cells, Text text) {
  std::string result;
  for (std::size_t i = 0; i < cells.size(); ++i) result += (i == 0 ? "" : ",") + text(cells[i]);
  return result + "\n";
}

}  // namespace

CsvFile::CsvFile(const std::string& path, const std::vector<std::string>& columns)
    : where_("CsvFile: " + path + ": "),
      columns_(columns.size()),
      file_(path, (require(columns_ > 0, where_, "no columns"), line(columns, quoted)), where_) {}

void CsvFile::row(const std::vector<double>& numbers) {
  require(numbers.size() == columns_, where_, numbers.size(), " numbers for ", columns_, " columns");
  file_.append(line(numbers, digits));
}

}  // namespace qkv::io
