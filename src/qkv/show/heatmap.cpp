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

Picture draw(const HeatMap& map) {
  Cells cells(map);
  const Font label{Align::right}, heading{Align::left, ink, 16, true};
  constexpr double margin = 14, gap = 8, line = 18, scale_width = 14;
  double names = 0, longest = 0, digits = 0;
  for (const std::string& name : cells.row_labels) names = std::max(names, text_width(name, label));
  for (const std::string& name : cells.column_labels) longest = std::max(longest, text_width(name, label));
  for (Index i = 0; i < cells.values.size(); ++i)
    digits = std::max(digits, text_width(cells.text(static_cast<double>(cells.values.data()[i]))));
  const double cell = std::clamp<double>(600 / static_cast<double>(std::max(cells.height, cells.width)), 4, 52);
  const double whole_cell = std::floor(cell), seam = whole_cell >= 12 ? 1 : 0;  // a thin white line between cells
  const bool upwards = longest + 6 > whole_cell, numbers = digits + 6 <= whole_cell;
  const Index skip = static_cast<Index>(std::ceil(line / whole_cell));  // where cells are lower than letters, only every so many are named

  const double left = std::ceil(margin + names + gap),
               top = std::ceil(margin + (map.title.empty() ? 0 : heading.size + 14) + (upwards ? longest : label.size) + gap);
  const double right = left + whole_cell * static_cast<double>(cells.width), bottom = top + whole_cell * static_cast<double>(cells.height);
  const double scale_bottom = std::max(bottom - seam, top + 3 * line), scale_left = right + 2 * gap;
  const double ends = std::max(text_width(cells.text(cells.low)), text_width(cells.text(cells.high)));
  const double width = std::max(scale_left + scale_width + gap + ends, left + text_width(map.title, heading)) + margin;
  const std::string title = map.title.empty() ? "A heat map" : map.title;
  Picture picture(std::ceil(width), scale_bottom + margin, title);

  picture.text({left, margin + heading.size / 2}, map.title, heading);
  for (Index i = 0; i < cells.height; i += skip)
    picture.text({left - gap, top + whole_cell * (static_cast<double>(i) + 0.5)}, cells.row_labels[i], label);
  for (Index j = 0; j < cells.width; j += skip) {
    const double middle = left + whole_cell * (static_cast<double>(j) + 0.5) - seam / 2;
    if (upwards) picture.text({middle, top - gap}, cells.column_labels[j], {Align::left, ink, label.size, false, true});
    else picture.text({middle, top - gap - label.size / 2}, cells.column_labels[j], {Align::centre});
  }
  for (Index i = 0; i < cells.height; ++i)
    for (Index j = 0; j < cells.width; ++j) {
      const double x = left + whole_cell * static_cast<double>(j), y = top + whole_cell * static_cast<double>(i);
      const double value = cells.at(i, j), side = whole_cell - seam;
      const Colour colour = cells.colour(value);
      // Cells without a line between them reach below the next ones, or zoomed there would be a light one.
      const double more_x = seam == 0 && j + 1 < cells.width ? 0.5 : 0, more_y = seam == 0 && i + 1 < cells.height ? 0.5 : 0;
      picture.rectangle({x, y}, side + more_x, side + more_y, colour);
      if (numbers) picture.text({x + side / 2, y + side / 2}, cells.text(value), {Align::centre, readable_on(colour)});
    }
  constexpr int bands = 32;
  const double height = (scale_bottom - top) / bands;
  for (int i = 0; i < bands; ++i)  // each reaches a little below the next, or a light line might show between them
    picture.rectangle({scale_left, top + height * i}, scale_width, i + 1 < bands ? height + 1 : height,
                      cells.colour(cells.high - (cells.high - cells.low) * i / (bands - 1)));
  picture.text({scale_left + scale_width + gap, top + label.size / 2 - 1}, cells.text(cells.high), {Align::left, grey});
  picture.text({scale_left + scale_width + gap, scale_bottom - label.size / 2 + 1}, cells.text(cells.low), {Align::left, grey});
  return picture;
}

Tensor pixels(const HeatMap& map, Integer cell) {
  require(cell > 0, "pixels: a cell of ", cell, " pixels: must be positive");
  Cells cells(map);
  Tensor result = zeros({cells.height * cell, cells.width * cell, 3});
  Scalar* next = result.mutable_data();
  for (Index y = 0; y < cells.height * cell; ++y)
    for (Index x = 0; x < cells.width * cell; ++x) {
      const Colour colour = cells.colour(cells.at(y / cell, x / cell));
      for (std::uint8_t part : {colour.red, colour.green, colour.blue}) *next++ = static_cast<Scalar>(part) / 255;
    }
  return result;
}

}  // namespace qkv::show
