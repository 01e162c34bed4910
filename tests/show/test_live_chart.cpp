#include <doctest/doctest.h>
#include <qkv/show/live_chart.h>

#include <functional>
#include <iostream>
#include <sstream>

using namespace qkv;
using namespace qkv::show;

namespace {

std::vector<std::string> drawn;  // what a page was told: "new" or "again", and how many points a line then had
std::string name_of_last;

bool page(const Shown& what, const std::string& name, bool again) {
  CHECK(what.mime == (again ? "image/svg+xml" : "text/html"));
  CHECK(!name.empty());
  drawn.push_back(again ? "again" : "new");
  name_of_last = name;
  return true;
}
bool no_page(const Shown&, const std::string&, bool) { return false; }

std::string printed(const std::function<void()>& run) {
  std::ostringstream captured;
  std::streambuf* before = std::cout.rdbuf(captured.rdbuf());
  run();
  std::cout.rdbuf(before);
  return captured.str();
}

}  // namespace

TEST_CASE("live chart: its place first, drawn at its end, and seldom between") {
  drawn.clear();
  {
    LiveChart chart({"Loss", "step", "loss", {}}, page);
    CHECK(drawn.size() == 1);  // its place
    for (int step = 0; step < 1000; ++step) chart.add("train", step, 1.0 / (step + 1));
    CHECK(drawn.front() == "new");
    CHECK(drawn.size() < 20);
    chart.add("test", 0, 1);
    CHECK(chart.chart().series.size() == 2);
    CHECK(chart.chart().series[0].y.size() == 1000);
  }
  CHECK(drawn.size() >= 2);
  CHECK(drawn.back() == "again");
}

TEST_CASE("live chart: two have two names") {
  LiveChart a({"", "", "", {}}, page), b({"", "", "", {}}, page);
  a.add("", 0, 1);
  const std::string first = name_of_last;
  b.add("", 0, 1);
  CHECK(first != name_of_last);
  CHECK(drawn.size() >= 4);
}

TEST_CASE("live chart: printed once at its end where there is no page") {
  const std::string text = printed([] {
    LiveChart chart({"Loss", "step", "loss", {}}, no_page);
    for (int step = 0; step < 10; ++step) chart.add("", step, step);
  });
  std::ostringstream wanted;
  LineChart chart{"Loss", "step", "loss", {{"", {}, {}}}};
  for (int step = 0; step < 10; ++step) chart.series[0].x.push_back(step), chart.series[0].y.push_back(step);
  wanted << chart;
  CHECK(text == wanted.str());
  CHECK(printed([] { LiveChart empty({"Loss", "step", "loss", {}}, no_page); }) == "");
}

TEST_CASE("live chart: what cannot be drawn is said, and no program ends of it") {
  const std::string text = printed([] {
    LineChart chart{"Loss", "step", "loss", {}};
    chart.log_y = true;
    LiveChart live(chart, no_page);
    live.add("", 0, -1);
  });
  CHECK(text != "");
}
