#pragma once
#include <qkv/show/display.h>

#include <chrono>

namespace qkv::show {

/// A chart that grows in a notebook's page while a cell trains: drawn anew in its place, at most four times a second and once at its end.
///     LiveChart chart({"Loss", "step", "cross-entropy", {}});
///     for (Index step = 0; step < steps; ++step) {
///       ...
///       chart.add("train", step, loss.item());
///     }
/// In a terminal or a file it is printed once, at its end.
class LiveChart {
 public:
  /// Puts a chart into the page under a name or, `again`, in the place of what has that name; false where that cannot be done.
  using Draw = bool (*)(const Shown& what, const std::string& name, bool again);

  explicit LiveChart(LineChart chart, Draw draw = put_live);
  ~LiveChart();
  LiveChart(const LiveChart&) = delete;
  LiveChart& operator=(const LiveChart&) = delete;

  /// One more point of a line, which is made at its first point; of one without a name: "".
  void add(const std::string& line, double x, double y);
  const LineChart& chart() const { return chart_; }

 private:
  bool redraw();

  LineChart chart_;
  Draw draw_;
  std::string name_;
  bool in_page_ = true, complete_ = true;  // complete: what is shown has every point
  std::chrono::steady_clock::time_point last_ = {};
};

std::ostream& operator<<(std::ostream& out, const LiveChart& chart);

}  // namespace qkv::show
