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

std::size_t terminal_columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

struct Progress::State {
  std::ptrdiff_t total, done = 0;
  std::string label;
  bool terminal = isatty(STDERR_FILENO);
  bool page = !terminal && std::getenv("JPY_PARENT_PID");  // Jupyter sets it for its kernels
  Clock::time_point start = Clock::now(), drawn = {};

  void draw(const std::string& note) {
    double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::cout.flush();  // what was printed before must not land in this line
    std::string line = cut(progress_line(label, done, total, seconds, note), terminal_columns() - 1);
    std::cerr << (terminal ? "\r\033[K" + line : "\r" + left(line, terminal_columns() - 1)) << std::flush;  // a page only writes over
    drawn = Clock::now();
  }
};

Progress::Progress(std::ptrdiff_t total, std::string_view label) : state_(new State) {
  require(total >= 0, "Progress: total ", total, ": must not be negative");
  state_->total = total;
  state_->label = label;
  if (state_->terminal) state_->draw("");
}

Progress::~Progress() {
  bool drawn = state_->drawn != Clock::time_point();
  if (state_->terminal) std::cerr << "\r\033[K" << std::flush;
  else if (drawn) state_->draw("");
}

void Progress::step(std::string_view note) {
  ++state_->done;
  if (!state_->terminal && !state_->page) return;
  std::chrono::milliseconds between(state_->terminal ? 100 : 300);
  if (Clock::now() - std::max(state_->drawn, state_->start) > between) state_->draw(std::string(note));
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
