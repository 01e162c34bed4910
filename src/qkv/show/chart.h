#pragma once
#include <qkv/show/picture.h>

namespace qkv::show {

/// One line: a name and its points, from left to right. A y that is not finite leaves a gap.
///     Series runs{"LSTM", {4, 8, 16}, median, lowest, highest};  // a line in a band: what several seeds gave
struct Series {
  std::string name;
  std::vector<double> x, y;
  std::vector<double> low = {}, high = {};  ///< a range for each y, drawn as a band; none if empty
  bool points = false;                      ///< the points alone, without a line; a range is then a stroke through its point
};

/// Lines over x: how a number changes with distance, with time, with temperature.
///     LineChart chart{"Accuracy against distance", "steps back", "accuracy", {{"RNN", {4, 8, 16}, rnn}, {"LSTM", {4, 8, 16}, lstm}}};
///     chart.log_x = true;
///     std::cout << chart;                     // dots and marks, with colours in a terminal
///     draw(chart).save("distance.svg");
struct LineChart {
  std::string title, x_label, y_label;
  std::vector<Series> series;
  bool log_x = false, log_y = false;  ///< equal factors, not equal differences, get equal distances; needs numbers above 0
  /// The numbers at the ends of the y axis; if equal: taken from the points. A point beyond is drawn at the edge.
  double y_low = 0, y_high = 0;
};

/// 72 columns wide, 18 lines high.  Throws Error without series, where a series has not as many x as y or none, 0 or less on a log axis,
/// a range for some of its points only or one that falls, or a point other than 0 that is beyond 1e100 or below its inverse.
std::ostream& operator<<(std::ostream& out, const LineChart& chart);
/// 440 high, about 700 wide and the legend.  Throws the same errors.
Picture draw(const LineChart& chart);

}  // namespace qkv::show
