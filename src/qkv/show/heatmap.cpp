#include <qkv/show/colour.h>
#include <qkv/show/format.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/text.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <ostream>

namespace qkv::show {

namespace {

constexpr Colour no_number{160, 160, 160};

/// A heat map checked and completed, and its scale.
struct Cells {
  explicit Cells(const HeatMap& map);
  double at(Index row, Index column) const { return static_cast<double>(values.at({row, column})); }
  /// Where a number lies between the ends of the scale, from 0 to 1.
  double fraction(double value) const { return std::clamp((value - low) / (high - low), 0.0, 1.0); }
  Colour colour(double value) const {
    if (!std::isfinite(value)) return no_number;
    return low == -high ? diverging(2 * fraction(value) - 1) : sequential(fraction(value));
  }
  std::string text(double value) const { return number(value, whole ? 0 : 2); }

  Tensor values;
  Index height, width;
  std::vector<std::string> row_labels, column_labels;
  double low, high;
  bool whole;  // no number has decimals
};

std::vector<std::string> completed(const std::vector<std::string>& labels, Index count, const char* what) {
  if (labels.empty()) {
    std::vector<std::string> numbers;
    for (Index i = 0; i < count; ++i) numbers.push_back(std::to_string(i));
    return numbers;
  }
  require(static_cast<Index>(labels.size()) == count, "HeatMap: ", labels.size(), " ", what, " labels for ", count, " ", what, "s");
  return labels;
}

Cells::Cells(const HeatMap& map) : values(map.values), low(map.low), high(map.high) {
  require(values.rank() == 2 && values.size() > 0, "HeatMap: values of shape ", values.shape(), ": must be a matrix");
  height = values.size(0);
  width = values.size(1);
  row_labels = completed(map.rows, height, "row");
  column_labels = completed(map.columns, width, "column");
  double least = 0, most = 0;
  whole = true;
  for (const Scalar* value = values.data(); value != values.data() + values.size(); ++value) {
    double v = static_cast<double>(*value);
    if (!std::isfinite(v)) continue;
    least = std::min(least, v);
    most = std::max(most, v);
    whole = whole && v == std::round(v);
  }
  require(low <= high, "HeatMap: the scale runs from ", low, " to ", high, ": must not fall");
  if (low == high) {
    high = least < 0 ? std::max(-least, most) : most > 0 ? most : 1;
    low = least < 0 ? -high : 0;
  }
  require(std::isfinite(high - low), "HeatMap: the scale runs from ", low, " to ", high, ": too far");
}

std::size_t widest(const std::vector<std::string>& labels) {
  std::size_t columns = 0;
  for (const std::string& label : labels) columns = std::max(columns, width(label));
  return columns;
}

/// The column labels: in one line if they fit into the cells, else written downwards.
std::vector<std::string> heading(const std::vector<std::string>& labels, std::size_t cell, std::size_t gap) {
  std::string between(gap, ' ');
  std::vector<std::string> result;
  if (widest(labels) <= cell) {
    std::string line;
    for (const std::string& label : labels) line += centre(label, cell) + between;
    return {line};
  }
  std::size_t height = 0;
  std::vector<std::vector<std::string>> letters;
  for (const std::string& label : labels) {
    letters.push_back(characters(label));
    height = std::max(height, letters.back().size());
  }
  for (std::size_t line = 0; line < height; ++line) {
    result.emplace_back();
    for (const std::vector<std::string>& label : letters) {
      std::size_t above = height - label.size();  // blank lines, so that all end at the cells
      result.back() += centre(line < above ? "" : label[line - above], cell) + between;
    }
  }
  return result;
}

std::string shade(double fraction) {
  static constexpr const char* shades[] = {"··", "░░", "▒▒", "▓▓", "██"};
  return shades[std::min(4, static_cast<int>(fraction * 5 + 1e-3))];  // a little more, so that 2/5 with a rounding error stays 2/5
}

std::string trimmed(std::string line) { return line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

std::ostream& operator<<(std::ostream& out, const HeatMap& map) {
  Cells cells(map);
  Palette palette = palette_of(out);
  bool coloured = palette != Palette::none, numbers = cells.width <= 12;
  std::size_t digits = 0, names = widest(cells.row_labels), longest = widest(cells.column_labels);
  for (Index i = 0; i < cells.values.size(); ++i) digits = std::max(digits, cells.text(static_cast<double>(cells.values.data()[i])).size());
  std::size_t cell = !numbers ? 2 : coloured ? digits + 2 : digits + 3, gap = numbers && !coloured ? 2 : 0;
  if (numbers && static_cast<std::size_t>(cells.width) * (longest + gap) <= 80) cell = std::max(cell, longest);

  if (!map.title.empty()) out << map.title << '\n';
  for (const std::string& line : heading(cells.column_labels, cell, gap)) out << trimmed(std::string(names + 2, ' ') + line) << '\n';
  for (Index i = 0; i < cells.height; ++i) {
    std::string line = right(cells.row_labels[i], names) + "  ";
    for (Index j = 0; j < cells.width; ++j) {
      double value = cells.at(i, j);
      std::string text = numbers ? right(cells.text(value), digits) : "",
                  grey_cell = std::isfinite(value) ? shade(cells.fraction(value)) : "  ";
      if (coloured) {
        Colour colour = cells.colour(value);
        line += background(colour, palette) + foreground(readable_on(colour), palette) + centre(text, cell) + plain(palette);
      } else {
        line += (numbers ? centre(text + " " + grey_cell, cell) : grey_cell) + std::string(gap, ' ');
      }
    }
    out << trimmed(line) << '\n';
  }
  std::string scale;
  for (int i = 0; i < (coloured ? 20 : 5); ++i) {
    double value = cells.low + (cells.high - cells.low) * i / (coloured ? 19 : 4);
    scale += coloured ? background(cells.colour(value), palette) + " " + plain(palette) : shade(i / 5.0);
  }
  return out << std::string(names + 2, ' ') << cells.text(cells.low) << ' ' << scale << ' ' << cells.text(cells.high) << '\n';
}

Canvas draw(const HeatMap& map) {
  Cells cells(map);
  constexpr int margin = 8, gap = 8, text_height = Canvas::text_height, scale_width = 18;
  int most = static_cast<int>(std::max(cells.height, cells.width)), cell = std::clamp(640 / most, 4, 60);
  int names = 0, longest = 0, digits = 0;
  for (const std::string& label : cells.row_labels) names = std::max(names, Canvas::text_width(label));
  for (const std::string& label : cells.column_labels) longest = std::max(longest, Canvas::text_width(label));
  for (Index i = 0; i < cells.values.size(); ++i)
    digits = std::max(digits, Canvas::text_width(cells.text(static_cast<double>(cells.values.data()[i]))));
  bool upwards = longest + 6 > cell, numbers = digits + 6 <= cell;
  Index skip = (text_height + cell - 1) / cell;  // where cells are lower than letters, only every so many are labelled

  int left = margin + names + gap, top = margin + (map.title.empty() ? 0 : text_height + 12) + (upwards ? longest : text_height) + gap;
  int right = left + cell * static_cast<int>(cells.width), bottom = top + cell * static_cast<int>(cells.height);
  int ends = std::max(Canvas::text_width(cells.text(cells.low)), Canvas::text_width(cells.text(cells.high)));
  int wide = std::max(right + 2 * gap + scale_width + gap + ends + margin, Canvas::text_width(map.title) + 2 * margin);
  Canvas canvas(wide, std::max(bottom, top + 3 * text_height) + margin);
  canvas.text(left, margin, map.title, ink, Align::left, true);
  for (Index i = 0; i < cells.height; i += skip) {
    int y = top + cell * static_cast<int>(i) + (cell - text_height) / 2 + 1;
    canvas.text(left - gap, y, cells.row_labels[i], ink, Align::right);
  }
  for (Index j = 0; j < cells.width; j += skip) {
    int x = left + cell * static_cast<int>(j);
    const std::string& label = cells.column_labels[j];
    if (upwards) canvas.text_upwards(x + (cell - text_height) / 2, top - gap, label);
    else canvas.text(x + cell / 2, top - gap - text_height + 4, label, ink, Align::centre);
  }
  int line = cell >= 12;  // a thin white line between cells
  for (Index i = 0; i < cells.height; ++i)
    for (Index j = 0; j < cells.width; ++j) {
      int x = left + cell * static_cast<int>(j), y = top + cell * static_cast<int>(i);
      Colour colour = cells.colour(cells.at(i, j));
      canvas.rectangle(x, y, cell - line, cell - line, colour);
      if (numbers)
        canvas.text(x + cell / 2, y + (cell - text_height) / 2 + 1, cells.text(cells.at(i, j)), readable_on(colour), Align::centre);
    }
  int length = std::max(bottom, top + 3 * text_height) - top - line, x = right + 2 * gap, bands = std::min(length, 48);
  for (int i = 0; i < bands; ++i) {
    int y = length * i / bands;
    canvas.rectangle(x, top + y, scale_width, length * (i + 1) / bands - y,
                     cells.colour(cells.high - (cells.high - cells.low) * i / (bands - 1)));
  }
  canvas.text(x + scale_width + gap, top, cells.text(cells.high), grey);
  canvas.text(x + scale_width + gap, top + length - text_height + 4, cells.text(cells.low), grey);
  return canvas;
}

}  // namespace qkv::show
