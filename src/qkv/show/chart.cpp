#include <qkv/show/axis.h>
#include <qkv/show/chart.h>
#include <qkv/show/colour.h>
#include <qkv/show/text.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <ostream>

namespace qkv::show {

namespace {

constexpr double largest = 1e100;    // beyond, differences might not be finite
constexpr double smallest = 1e-300;  // below, steps between ticks might be 0

/// A chart checked, with its axes.
struct Plot {
  const LineChart& chart;
  Axis x, y;

  explicit Plot(const LineChart& of);
  bool legend() const { return chart.series.size() > 1 || !chart.series[0].name.empty(); }

  /// Calls point(position) and line(from, to) for a series; a position is given in fractions of the axes, from the lower left corner.
  template <class PointAt, class LineTo>
  void walk(const Series& series, PointAt point, LineTo line) const {
    Point before;
    bool connected = false;
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      Point at{x.fraction(series.x[i]), std::clamp(y.fraction(series.y[i]), 0.0, 1.0)};
      if (std::isfinite(series.y[i])) {
        if (connected) line(before, at);
        if (marked(series, i)) point(at);
      }
      connected = std::isfinite(series.y[i]);
      before = at;
    }
  }

  /// Where there are many points, only about eight of them carry a mark.
  static bool marked(const Series& series, std::size_t i) {
    std::size_t stride = series.x.size() <= 20 ? 1 : series.x.size() / 8;
    return i % stride == stride / 2;
  }
};

/// The numbers of all series along one axis, in rising order, each once.
std::vector<double> numbers(const LineChart& chart, std::vector<double> Series::*axis, bool logarithmic) {
  std::vector<double> all;
  for (const Series& series : chart.series)
    for (double value : series.*axis) {
      if (!std::isfinite(value)) continue;
      require(std::fabs(value) < largest, "LineChart: '", series.name, "' has the point ", value, ": must be below ", largest);
      require(value == 0 || std::fabs(value) >= smallest, "LineChart: '", series.name, "' has the point ", value, ": must be 0, or from ",
              smallest, " on in size");
      require(!logarithmic || value > 0, "LineChart: '", series.name, "' has the point ", value, " on a logarithmic axis: must be above 0");
      all.push_back(value);
    }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Plot::Plot(const LineChart& of) : chart(of) {
  require(!chart.series.empty(), "LineChart: no series: needs at least one");
  for (const Series& series : chart.series) {
    require(series.x.size() == series.y.size(), "LineChart: '", series.name, "' has ", series.x.size(), " x and ", series.y.size(),
            " y: needs a y for each x");
    require(!series.x.empty(), "LineChart: '", series.name, "' has no points");
    require(std::all_of(series.x.begin(), series.x.end(), [](double v) { return std::isfinite(v); }), "LineChart: '", series.name,
            "' has an x that is not finite");
  }
  std::vector<double> xs = numbers(chart, &Series::x, chart.log_x), ys = numbers(chart, &Series::y, chart.log_y);
  x = xs.size() <= 10 ? make_axis(xs.front(), xs.back(), chart.log_x, xs) : make_axis(xs.front(), xs.back(), chart.log_x, 8, false);
  if (chart.y_low != chart.y_high) {
    require(chart.y_low < chart.y_high && std::max(-chart.y_low, chart.y_high) < largest && (!chart.log_y || chart.y_low > 0),
            "LineChart: the y axis runs from ", chart.y_low, " to ", chart.y_high,
            chart.log_y ? ": must rise, from above 0" : ": must rise");
    require(chart.y_high - chart.y_low >= smallest, "LineChart: the y axis runs from ", chart.y_low, " to ", chart.y_high,
            ": must rise by ", smallest, " or more");
    y = make_axis(chart.y_low, chart.y_high, chart.log_y, 5, false);
  } else {
    y = ys.empty() ? make_axis(chart.log_y ? 0.1 : 0, 1, chart.log_y, 5, true) : make_axis(ys.front(), ys.back(), chart.log_y, 5, true);
  }
}

/// What stands below an axis: labels centred at their places; of two that would touch, the first.
std::string row_of_labels(const Axis& axis, std::size_t columns) {
  std::string line;
  for (std::size_t i = 0; i < axis.ticks.size(); ++i) {
    std::size_t middle = static_cast<std::size_t>(std::lround(axis.fraction(axis.ticks[i]) * static_cast<double>(columns - 1)));
    std::size_t start = middle - std::min(middle, axis.labels[i].size() / 2);
    if (!line.empty() && start < line.size() + 2) continue;
    line += std::string(start - line.size(), ' ') + axis.labels[i];
  }
  return line;
}

/// The area of a chart in a terminal. Each cell is 2 x 4 dots of a Braille character, or a mark.
class Area {
 public:
  static constexpr int columns = 64, rows = 16;

  void dot(int x, int y, std::size_t series) {
    static constexpr unsigned bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    Cell& cell = cells_[y / 4][x / 2];
    cell.dots |= bits[y % 4][x % 2];
    cell.series = series;
  }
  void mark(int x, int y, std::size_t series) { cells_[y / 4][x / 2] = {0, true, series}; }

  void line(Point from, Point to, std::size_t series) {
    auto [x0, y0] = position(from);
    auto [x1, y1] = position(to);
    int steps = std::max({std::abs(x1 - x0), std::abs(y1 - y0), 1});
    for (int i = 0; i <= steps; ++i)
      dot(x0 + nearest(static_cast<double>((x1 - x0) * i) / steps), y0 + nearest(static_cast<double>((y1 - y0) * i) / steps), series);
  }
  void point(Point at, std::size_t series) {
    auto [x, y] = position(at);
    mark(x, y, series);
  }

  static const char* mark_of(std::size_t series) {
    static constexpr const char* marks[] = {"●", "▲", "■", "◆", "○", "△", "□"};
    return marks[series % (sizeof marks / sizeof *marks)];
  }
  std::string row(int index, Palette palette) const {
    std::string text;
    for (const Cell& cell : cells_[index]) {
      // U+2800 and up: the Braille characters, a bit for each dot.
      std::string dots = {'\xE2', static_cast<char>(0xA0 | cell.dots >> 6), static_cast<char>(0x80 | (cell.dots & 0x3F))};
      if (!cell.dots && !cell.mark) text += ' ';
      else text += foreground(line_colour(cell.series), palette) + (cell.mark ? mark_of(cell.series) : dots) + plain(palette);
    }
    return text;
  }

 private:
  struct Cell {
    unsigned dots = 0;
    bool mark = false;
    std::size_t series = 0;
  };
  static int nearest(double x) { return static_cast<int>(std::floor(x + 0.5 + 1e-6)); }
  static std::pair<int, int> position(Point at) { return {nearest(at.x * (2 * columns - 1)), nearest((1 - at.y) * (4 * rows - 1))}; }

  Cell cells_[rows][columns];
};

/// A mark in a picture: a disc, a triangle, a square, a diamond.
void draw_mark(Canvas& canvas, Point at, std::size_t series) {
  constexpr double r = 6;
  Colour colour = line_colour(series);
  switch (series % 4) {
    case 0: canvas.line(at, at, 2 * r - 1, colour); break;
    case 1: canvas.polygon({{at.x, at.y - r - 1}, {at.x + r + 1, at.y + r - 1}, {at.x - r - 1, at.y + r - 1}}, colour); break;
    case 2:
      canvas.polygon(
          {{at.x - r + 1, at.y - r + 1}, {at.x + r - 1, at.y - r + 1}, {at.x + r - 1, at.y + r - 1}, {at.x - r + 1, at.y + r - 1}}, colour);
      break;
    default: canvas.polygon({{at.x, at.y - r - 1}, {at.x + r + 1, at.y}, {at.x, at.y + r + 1}, {at.x - r - 1, at.y}}, colour);
  }
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const LineChart& chart) {
  Plot plot(chart);
  Palette palette = palette_of(out);
  Area area;
  for (std::size_t i = 0; i < chart.series.size(); ++i)
    plot.walk(
        chart.series[i], [](Point) {}, [&](Point from, Point to) { area.line(from, to, i); });
  for (std::size_t i = 0; i < chart.series.size(); ++i)  // marks above all lines
    plot.walk(
        chart.series[i], [&](Point at) { area.point(at, i); }, [](Point, Point) {});

  std::vector<std::string> beside(Area::rows);
  std::size_t margin = 0;
  for (std::size_t i = 0; i < plot.y.ticks.size(); ++i) {
    beside[std::lround((1 - plot.y.fraction(plot.y.ticks[i])) * (Area::rows - 1))] = plot.y.labels[i];
    margin = std::max(margin, plot.y.labels[i].size());
  }
  if (!chart.title.empty()) out << chart.title << '\n';
  if (!chart.y_label.empty()) out << chart.y_label << '\n';
  for (int row = 0; row < Area::rows; ++row) {
    const std::string& label = beside[row];
    std::string line = right(label, margin) + (label.empty() ? " │" : " ┤") + area.row(row, palette);
    out << line.erase(line.find_last_not_of(' ') + 1) << '\n';
  }
  std::string indent(margin + 2, ' '), labels = row_of_labels(plot.x, Area::columns);
  out << std::string(margin + 1, ' ') << "└" << repeat("─", Area::columns) << '\n' << indent << labels;
  if (!chart.x_label.empty())
    out << '\n' << indent << std::string(Area::columns - std::min<std::size_t>(Area::columns, width(chart.x_label)), ' ') << chart.x_label;
  out << '\n';
  if (!plot.legend()) return out;
  out << indent;
  for (std::size_t i = 0; i < chart.series.size(); ++i)
    out << (i ? "   " : "") << foreground(line_colour(i), palette) << Area::mark_of(i) << plain(palette) << ' ' << chart.series[i].name;
  return out << '\n';
}

Canvas draw(const LineChart& chart) {
  Plot plot(chart);
  constexpr int height = 460, area_width = 620, text_height = Canvas::text_height, gap = 10;
  int labels = 0, names = 0;
  for (const std::string& label : plot.y.labels) labels = std::max(labels, Canvas::text_width(label));
  for (const Series& series : chart.series) names = std::max(names, Canvas::text_width(series.name));
  int left = gap + labels + gap, right = left + area_width,
      top = gap + (chart.title.empty() ? 0 : 30) + (chart.y_label.empty() ? 0 : 28) + gap;
  int bottom = height - gap - text_height - 10 - (chart.x_label.empty() ? 0 : 26);
  int needed = right + 24 + (plot.legend() ? 44 + names + gap : 0), title_end = left + Canvas::text_width(chart.title) + gap;
  Canvas canvas(std::max(needed, title_end), height);
  auto place = [&](Point at) { return Point{left + at.x * area_width, bottom - at.y * (bottom - top)}; };

  if (!chart.title.empty()) canvas.text(left, gap, chart.title, ink, Align::left, true);
  if (!chart.y_label.empty()) canvas.text(left, gap + (chart.title.empty() ? 0 : 30), chart.y_label, grey);
  if (!chart.x_label.empty()) canvas.text(right, bottom + 36, chart.x_label, grey, Align::right);
  for (std::size_t i = 0; i < plot.y.ticks.size(); ++i) {
    int y = static_cast<int>(std::lround(place({0, plot.y.fraction(plot.y.ticks[i])}).y));
    canvas.rectangle(left, y, area_width, 1, light_grey);
    canvas.text(left - gap, y - text_height / 2 + 2, plot.y.labels[i], ink, Align::right);
  }
  int free_from = 0;
  for (std::size_t i = 0; i < plot.x.ticks.size(); ++i) {
    int x = static_cast<int>(std::lround(place({plot.x.fraction(plot.x.ticks[i]), 0}).x)), half = Canvas::text_width(plot.x.labels[i]) / 2;
    canvas.rectangle(x, bottom, 1, 6, grey);
    if (x - half < free_from) continue;
    canvas.text(x, bottom + 12, plot.x.labels[i], ink, Align::centre);
    free_from = x + half + gap;
  }
  canvas.rectangle(left, bottom, area_width, 1, grey);

  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    plot.walk(
        chart.series[i], [&](Point at) { draw_mark(canvas, place(at), i); },
        [&](Point from, Point to) { canvas.line(place(from), place(to), 3, line_colour(i)); });
    if (!plot.legend()) continue;
    int x = right + 24, y = top + static_cast<int>(i) * 30;
    canvas.line({x + 0.0, y + 8.0}, {x + 30.0, y + 8.0}, 3, line_colour(i));
    draw_mark(canvas, {x + 15.0, y + 8.0}, i);
    canvas.text(x + 44, y, chart.series[i].name);
  }
  return canvas;
}

}  // namespace qkv::show
