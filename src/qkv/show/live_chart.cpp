#include <qkv/show/live_chart.h>

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <iostream>

namespace qkv::show {

LiveChart::LiveChart(LineChart chart, Draw draw) : chart_(std::move(chart)), draw_(draw) {
  static int count = 0;
  // Two charts of a page must not have the same name: each cell may run in a process of its own.
  name_ = "qkv-chart-" + std::to_string(getpid()) + "-" + std::to_string(++count) + "-" +
          std::to_string(std::chrono::system_clock::now().time_since_epoch().count() % 1000000007);
  in_page_ = draw_({"text/html", "<p>" + escaped(chart_.title) + "</p>", ""}, name_, false);  // its place, before anything else is shown
}

LiveChart::~LiveChart() {
  if (chart_.series.empty() || (in_page_ && complete_)) return;
  try {
    if (!in_page_ || !redraw()) std::cout << chart_;
  } catch (const std::exception& error) {  // a log axis, and a number below 0
    std::cout << error.what() << std::endl;
  }
}

void LiveChart::add(const std::string& line, double x, double y) {
  auto series = std::find_if(chart_.series.begin(), chart_.series.end(), [&](const Series& s) { return s.name == line; });
  if (series == chart_.series.end()) series = chart_.series.insert(series, Series{line, {}, {}});
  series->x.push_back(x);
  series->y.push_back(y);
  complete_ = false;
  if (in_page_ && std::chrono::steady_clock::now() - last_ > std::chrono::milliseconds(250)) redraw();
}

bool LiveChart::redraw() {
  in_page_ = draw_(shown(chart_), name_, true);
  complete_ = true;
  last_ = std::chrono::steady_clock::now();
  return in_page_;
}

std::ostream& operator<<(std::ostream& out, const LiveChart& chart) { return out << chart.chart(); }

}  // namespace qkv::show
