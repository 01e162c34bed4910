#include <qkv/show/format.h>
#include <qkv/show/text.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace qkv::show {
namespace {

constexpr Index longest = 12, at_each_end = 3;

std::string print(const char* format, int digits, double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char text[400];  // the largest double has 309 digits
  std::snprintf(text, sizeof text, format, std::clamp(digits, 0, 17), value);
  bool zero = std::string(text).find_first_of("123456789") == std::string::npos;
  return zero && text[0] == '-' ? text + 1 : text;
}

/// Rounding leaves 0.99999994 where 1 is meant, and not on every processor.
bool is_whole(double value) {
  return std::fabs(value - std::round(value)) <= 5e-7 * std::max(1.0, std::fabs(value)) && std::fabs(value) < 1e7;
}

/// The entries of an axis that are shown; -1 stands for those left out.
std::vector<Index> shown(Index size) {
  std::vector<Index> result;
  for (Index i = 0; i < size; ++i) {
    if (size > longest && i == at_each_end) {
      result.push_back(-1);
      i = size - at_each_end;
    }
    result.push_back(i);
  }
  return result;
}

struct Rows {
  Rows(const Tensor& x)
      : digits(std::all_of(x.data(), x.data() + x.size(), [](Scalar v) { return is_whole(static_cast<double>(v)); }) ? 0 : 4) {
    if (digits) columns = 7;  // room for a sign even if there is none, so that vectors shown below one another align
    std::for_each(x.data(), x.data() + x.size(), [this](Scalar v) { columns = std::max(columns, text(v).size()); });
  }
  std::string text(Scalar value) const { return number(static_cast<double>(value), digits); }
  std::string row(const Scalar* numbers, Index size) const {
    std::string line = "[";
    for (Index i : shown(size)) line += (line == "[" ? " " : "  ") + (i < 0 ? "..." : right(text(numbers[i]), columns));
    return line + " ]";
  }

  int digits;
  std::size_t columns = 0;
};

/// The lines of one matrix, and which it is among those of a tensor with more than two axes: "[0]", "[1,0]".
struct Group {
  std::string position;
  std::vector<std::string> lines;
};

std::vector<Group> groups(const Tensor& x) {
  Rows rows(x);
  Index rank = x.rank(), width = rank > 0 ? x.size(-1) : 1, height = rank > 1 ? x.size(-2) : 1;
  if (rank == 0) return {{"", {rows.text(x.item())}}};
  if (x.size() == 0) return {{"", {"[ ]"}}};
  std::vector<Group> result;
  Index count = x.size() / (width * height);
  for (Index matrix : shown(count)) {
    if (matrix < 0) {
      result.push_back({"...", {""}});
      continue;
    }
    Group group;
    for (Index axis = rank - 3, rest = matrix; axis >= 0; rest /= x.size(axis), --axis)
      group.position = std::to_string(rest % x.size(axis)) + (group.position.empty() ? "" : ",") + group.position;
    if (rank > 2) group.position = "[" + group.position + "]";
    for (Index i : shown(height)) group.lines.push_back(i < 0 ? "..." : rows.row(x.data() + (matrix * height + i) * width, width));
    result.push_back(std::move(group));
  }
  return result;
}

}  // namespace

std::string number(double value, int digits) {
  return print(std::isfinite(value) && std::fabs(value) >= 1e7 ? "%.*e" : "%.*f", digits, value);
}
std::string scientific(double value, int digits) { return print("%.*e", digits, value); }

double median(std::vector<double> values) {
  require(!values.empty(), "median: there are no values");
  for (double value : values)
    if (std::isnan(value)) return value;  // one seed that went astray is not to be overlooked
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

std::string median_and_range(const std::vector<double>& values, int digits) {
  require(!values.empty(), "median_and_range: there are no values");
  const double middle = median(values);
  if (std::isnan(middle)) return "nan (nan to nan)";
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return number(middle, digits) + " (" + number(*low, digits) + " to " + number(*high, digits) + ")";
}

std::string whole(std::int64_t value) {
  std::string text = std::to_string(value);
  std::size_t first = value < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) text.insert(at -= 3, ",");
  return text;
}

std::string bar(double value, std::size_t columns, double full) {
  static constexpr const char* parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  constexpr std::size_t widest = 1'000'000;
  require(columns <= widest, "bar: ", columns, " columns: at most ", widest);
  if (!(value > 0) || !(full > 0) || std::isnan(value / full)) return "";
  double eighths = std::min(value / full, 1.0) * static_cast<double>(8 * columns);
  // A little more than one half: 1/64 with a rounding error makes the same bar as 1/64.
  std::size_t filled = std::min(8 * columns, static_cast<std::size_t>(eighths + 0.501));
  return repeat("█", filled / 8) + parts[filled % 8];
}

std::vector<std::string> lines(const Tensor& x) {
  std::vector<std::string> result;
  for (const Group& group : groups(x)) result.insert(result.end(), group.lines.begin(), group.lines.end());
  return result;
}

std::vector<std::string> named_lines(const std::string& name, const Tensor& x, std::size_t name_columns) {
  std::vector<Group> all = groups(x);
  for (const Group& group : all) name_columns = std::max(name_columns, width(name + group.position));
  std::vector<std::string> result;
  for (const Group& group : all) {
    std::string before = group.position == "..." ? "..." : name + group.position;
    for (const std::string& line : group.lines) {
      result.push_back(line.empty() ? before : left(before, name_columns) + " " + line);
      before = "";
    }
  }
  return result;
}

}  // namespace qkv::show
