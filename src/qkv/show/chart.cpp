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

  /// A place in fractions of the axes, from the lower left corner.
  Point place(double at_x, double at_y) const { return {x.fraction(at_x), std::clamp(y.fraction(at_y), 0.0, 1.0)}; }
  Point place(const Series& series, std::size_t i) const { return place(series.x[i], series.y[i]); }

  /// Which points follow one another without a gap.
  static std::vector<std::vector<std::size_t>> stretches(const Series& series) {
    std::vector<std::vector<std::size_t>> all(1);
    for (std::size_t i = 0; i < series.y.size(); ++i) {
      if (std::isfinite(series.y[i])) all.back().push_back(i);
      else if (!all.back().empty()) all.emplace_back();
    }
    return all;
  }

  static bool has_range(const Series& series, std::size_t i) {
    return !series.low.empty() && std::isfinite(series.low[i]) && std::isfinite(series.high[i]);
  }
  /// Where a line has many points, only about eight of them carry a mark.
  static bool marked(const Series& series, std::size_t i) {
    if (series.points) return true;
    std::size_t stride = series.x.size() <= 20 ? 1 : series.x.size() / 8;
    return i % stride == stride / 2;
  }
};

/// The numbers of all series along one axis, in rising order, each once.
std::vector<double> numbers(const LineChart& chart, const std::vector<std::vector<double> Series::*>& parts, bool logarithmic) {
  std::vector<double> all;
  auto take = [&](const Series& series, const std::vector<double>& part) {
    for (double value : part) {
      if (!std::isfinite(value)) continue;
      require(std::fabs(value) < largest, "LineChart: '", series.name, "' has the point ", value, ": must be below ", largest);
      require(value == 0 || std::fabs(value) >= smallest, "LineChart: '", series.name, "' has the point ", value, ": must be 0, or from ",
              smallest, " on in size");
      require(!logarithmic || value > 0, "LineChart: '", series.name, "' has the point ", value, " on a logarithmic axis: must be above 0");
      all.push_back(value);
    }
  };
  for (const Series& series : chart.series)
    for (auto part : parts) take(series, series.*part);
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
    const std::size_t ranges = std::max(series.low.size(), series.high.size());
    require((series.low.size() == ranges && series.high.size() == ranges) && (ranges == 0 || ranges == series.y.size()), "LineChart: '",
            series.name, "' has ", series.low.size(), " low, ", series.high.size(), " high and ", series.y.size(),
            " y: needs both for each y, or neither");
    for (std::size_t i = 0; i < ranges; ++i)
      require(!(series.low[i] > series.high[i]), "LineChart: '", series.name, "' has a range from ", series.low[i], " to ", series.high[i],
              ": must not fall");
  }
  std::vector<double> xs = numbers(chart, {&Series::x}, chart.log_x),
                      ys = numbers(chart, {&Series::y, &Series::low, &Series::high}, chart.log_y);
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

/// A mark in a picture: a disc, a triangle, a square, a diamond, with a white rim that sets it off from lines.
void draw_mark(Picture& picture, Point at, std::size_t series, double r = 5) {
  const Fill fill = line_colour(series);
  const Pen rim{white, 1.5};
  switch (series % 4) {
    case 0: picture.circle(at, r, fill, rim); break;
    case 1: picture.polygon({{at.x, at.y - r - 1}, {at.x + r + 1, at.y + r - 1}, {at.x - r - 1, at.y + r - 1}}, fill, rim); break;
    case 2: picture.rectangle({at.x - r + 0.5, at.y - r + 0.5}, 2 * r - 1, 2 * r - 1, fill, rim); break;
    default: picture.polygon({{at.x, at.y - r - 1}, {at.x + r + 1, at.y}, {at.x, at.y + r + 1}, {at.x - r - 1, at.y}}, fill, rim);
  }
}

constexpr double band_opacity = 0.18;

}  // namespace

std::ostream& operator<<(std::ostream& out, const LineChart& chart) {
  Plot plot(chart);
  Palette palette = palette_of(out);
  Area area;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const Series& series = chart.series[i];
    for (const std::vector<std::size_t>& stretch : Plot::stretches(series))
      for (std::size_t k = 0; k < stretch.size(); ++k) {
        const std::size_t at = stretch[k];
        if (k && !series.points) area.line(plot.place(series, stretch[k - 1]), plot.place(series, at), i);
        if (Plot::has_range(series, at)) area.line(plot.place(series.x[at], series.low[at]), plot.place(series.x[at], series.high[at]), i);
      }
  }
  for (std::size_t i = 0; i < chart.series.size(); ++i)  // marks above all lines
    for (const std::vector<std::size_t>& stretch : Plot::stretches(chart.series[i]))
      for (std::size_t at : stretch)
        if (Plot::marked(chart.series[i], at)) area.point(plot.place(chart.series[i], at), i);

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

Picture draw(const LineChart& chart) {
  Plot plot(chart);
  constexpr double height = 440, area_width = 620, gap = 8, margin = 14, swatch = 30;
  const Font heading{Align::left, ink, 16, true}, small{Align::left, grey, 13};
  const bool has_title = !chart.title.empty(), has_y_label = !chart.y_label.empty();
  double labels = 0, names = 0;
  for (const std::string& label : plot.y.labels) labels = std::max(labels, text_width(label));
  for (const Series& series : chart.series) names = std::max(names, text_width(series.name));
  const double left = std::ceil(margin + labels + gap), right = left + area_width, legend_left = right + 24;
  const double y_label_top = margin + (has_title ? 28 : 0), top = y_label_top + (has_y_label ? 30 : gap);
  const double bottom = height - margin - 24 - (chart.x_label.empty() ? 0 : 22);
  const double needed = plot.legend() ? legend_left + swatch + gap + names : right + 10,
               title_end = left + text_width(chart.title, heading);
  const std::string title = has_title ? chart.title : has_y_label ? chart.y_label : "A line chart";
  Picture picture(std::ceil(std::max(needed, title_end) + margin), height, title);
  auto place = [&](Point at) { return Point{left + at.x * area_width, bottom - at.y * (bottom - top)}; };

  picture.text({left, margin + heading.size / 2}, chart.title, heading);
  picture.text({left, y_label_top + small.size / 2}, chart.y_label, small);
  picture.text({right, bottom + 38}, chart.x_label, {Align::right, grey, small.size});
  for (std::size_t i = 0; i < plot.y.ticks.size(); ++i) {
    const double y = place({0, plot.y.fraction(plot.y.ticks[i])}).y;
    picture.line({left, y}, {right, y}, {light_grey, 1});
    picture.text({left - gap, y}, plot.y.labels[i], {Align::right});
  }
  picture.line({left, bottom}, {right, bottom}, {grey, 1});
  double free_from = 0;
  for (std::size_t i = 0; i < plot.x.ticks.size(); ++i) {
    const double x = place({plot.x.fraction(plot.x.ticks[i]), 0}).x, half = text_width(plot.x.labels[i]) / 2;
    picture.line({x, bottom}, {x, bottom + 5}, {grey, 1});
    if (x - half < free_from) continue;
    picture.text({x, bottom + 16}, plot.x.labels[i], {Align::centre});
    free_from = x + half + gap;
  }

  for (std::size_t i = 0; i < chart.series.size(); ++i) {  // bands below all lines
    const Series& series = chart.series[i];
    for (const std::vector<std::size_t>& stretch : Plot::stretches(series)) {
      std::vector<Point> there, back;
      for (std::size_t at : stretch) {
        if (!Plot::has_range(series, at)) continue;
        there.push_back(place(plot.place(series.x[at], series.low[at])));
        back.push_back(place(plot.place(series.x[at], series.high[at])));
        if (series.points) picture.line(there.back(), back.back(), {line_colour(i), 2});
      }
      there.insert(there.end(), back.rbegin(), back.rend());
      if (!series.points && there.size() > 2) picture.polygon(there, {line_colour(i), band_opacity});
    }
  }
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const Series& series = chart.series[i];
    for (const std::vector<std::size_t>& stretch : Plot::stretches(series)) {
      std::vector<Point> points;
      points.reserve(stretch.size());
      for (std::size_t at : stretch) points.push_back(place(plot.place(series, at)));
      if (!series.points && points.size() > 1) picture.polyline(points, {line_colour(i), 2.5});
      for (std::size_t k = 0; k < points.size(); ++k)
        if (Plot::marked(series, stretch[k])) draw_mark(picture, points[k], i, series.points && series.x.size() > 40 ? 3 : 5);
    }
    if (!plot.legend()) continue;
    const double y = top + gap + static_cast<double>(i) * 26;
    if (!series.low.empty() && !series.points) picture.rectangle({legend_left, y - 8}, swatch, 16, {line_colour(i), band_opacity});
    if (!series.points) picture.line({legend_left, y}, {legend_left + swatch, y}, {line_colour(i), 2.5});
    draw_mark(picture, {legend_left + swatch / 2, y}, i);
    picture.text({legend_left + swatch + gap, y}, series.name);
  }
  return picture;
}

}  // namespace qkv::show
