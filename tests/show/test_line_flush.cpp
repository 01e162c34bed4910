#include <doctest/doctest.h>
#include <qkv/show/line_flush.h>

#include <ostream>
#include <sstream>

using namespace qkv::show;

namespace {

/// Keeps what it gets, and shows it when it is flushed, as the buffer of xeus-cling and xeus-cpp does.
struct Page : std::stringbuf {
  std::string shown;
  int flushes = 0;
  int sync() override {
    ++flushes;
    shown = str();
    return 0;
  }
};

}  // namespace

TEST_CASE("line flush: a line is shown when it ends") {
  Page page;
  LineFlush lines(&page);
  std::ostream out(&lines);
  out << "one ";
  CHECK(page.shown == "");
  out << 1 << '\n';
  CHECK(page.shown == "one 1\n");
  out << "two\nthr";
  CHECK(page.shown == "one 1\ntwo\nthr");
  out << "ee" << std::flush;
  CHECK(page.shown == "one 1\ntwo\nthree");
}

TEST_CASE("line flush: a flood is flushed now and then") {
  Page page;
  LineFlush lines(&page);
  std::ostream out(&lines);
  for (int i = 0; i < 10000; ++i) out << i << '\n';
  CHECK(page.flushes >= 50);
  CHECK(page.flushes < 1000);
  out.flush();
  CHECK(page.shown.size() == 48890);
}
