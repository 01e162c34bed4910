#include <qkv/show/colour.h>
#include <qkv/show/format.h>
#include <qkv/show/progress.h>
#include <qkv/show/text.h>
#include <qkv/tensor/check.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace qkv::show {
namespace {

using Clock = std::chrono::steady_clock;

/// 75 is 1:15, 3700 is 1:01:40.
std::string clock_text(double seconds) {
  long total = std::lround(std::min(std::max(seconds, 0.0), 3.6e8)), hours = total / 3600;
  char text[32];
  if (hours > 0) std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", hours, total / 60 % 60, total % 60);
  else std::snprintf(text, sizeof text, "%ld:%02ld", total / 60, total % 60);
  return text;
}

/// As much of a text as fits: a line that wraps could not be wiped.
std::string cut(const std::string& text, std::size_t columns) {
  std::string result;
  for (const std::string& character : characters(text))
    if (width(result + character) <= columns) result += character;
    else break;
  return result;
}

/// Where the line is drawn.
struct Place {
  std::ostream* out = &std::cerr;
  int file = STDERR_FILENO;
  std::chrono::milliseconds between{1000};
  bool terminal = false, page = false;

  Place() {
    page = std::getenv("JPY_PARENT_PID") && !isatty(STDOUT_FILENO);  // Jupyter sets it for its kernels
    if (page || isatty(STDOUT_FILENO)) out = &std::cout, file = STDOUT_FILENO;
    terminal = !page && isatty(file);
    if (page || terminal) between = std::chrono::milliseconds(page ? 300 : 100);
  }
  std::size_t columns() const {
    winsize size{};
    return terminal && ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
  }
};

}  // namespace

struct Progress::State {
  std::ptrdiff_t total, done = 0;
  std::string label;
  Place place;
  Clock::time_point start = Clock::now(), drawn = {};

  void draw(const std::string& note) {
    double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::cout.flush();  // what was printed before must not land in this line
    const std::size_t columns = place.columns() - 1;
    const std::string line = cut(progress_line(label, done, total, seconds, note), columns);
    if (place.terminal) *place.out << "\r\033[K" << line << std::flush;
    else if (place.page) *place.out << '\r' << left(line, columns) << std::flush;  // a page only writes over
    else *place.out << line << std::endl;
    drawn = Clock::now();
  }
  void wipe() {
    if (drawn == Clock::time_point()) return;
    drawn = {};
    if (place.terminal) *place.out << "\r\033[K" << std::flush;
    else if (place.page) *place.out << '\r' << std::string(place.columns() - 1, ' ') << '\r' << std::flush;
  }
};

Progress::Progress(std::ptrdiff_t total, std::string_view label) : state_(new State) {
  require(total >= 0, "Progress: total ", total, ": must not be negative");
  state_->total = total;
  state_->label = label;
  if (state_->place.terminal) state_->draw("");
}

Progress::~Progress() { state_->wipe(); }

void Progress::step(std::string_view note) {
  if (++state_->done == state_->total) return state_->wipe();  // what is printed now needs the line
  if (Clock::now() - std::max(state_->drawn, state_->start) > state_->place.between) state_->draw(std::string(note));
}

std::string progress_line(const std::string& label, std::ptrdiff_t done, std::ptrdiff_t total, double seconds, const std::string& note) {
  require(done >= 0 && total >= 0 && seconds >= 0, "progress_line: ", done, " of ", total, " in ", seconds, " s: must not be negative");
  constexpr std::size_t columns = 24;
  double part = total > 0 ? std::min(1.0, static_cast<double>(done) / static_cast<double>(total)) : 1;
  std::string line = label + "  " + left(bar(part, columns), columns) + right(std::to_string(static_cast<int>(100 * part)), 4) + " %  " +
                     clock_text(seconds);
  if (done > 0 && part < 1) line += ", " + clock_text(seconds / part - seconds) + " left";
  return note.empty() ? line : line + "  " + note;
}

}  // namespace qkv::show
