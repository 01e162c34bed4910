#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace qkv::show {

/// One line that says how much of a long task is done, how long it has taken and how long it will take. In a terminal and in a notebook's
/// page it stands on standard output, is drawn anew, and is wiped with the last step, so that the program's own output stays as it is. (If only
/// stderr is a terminal, it stands there.) Elsewhere, as in a log, stderr gets a line a second: what is printed may be read by a program.
///     Progress progress(steps, "training");
///     for (Index step = 0; step < steps; ++step) {
///       ...
///       progress.step("loss " + number(loss));
///     }
class Progress {
 public:
  /// Throws Error if total is negative.
  Progress(std::ptrdiff_t total, std::string_view label);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// One more step is done; the note is printed at the end of the line.
  void step(std::string_view note = "");

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The line itself: training  ██████      30 %  0:12, 0:28 left  loss 0.4123
std::string progress_line(const std::string& label, std::ptrdiff_t done, std::ptrdiff_t total, double seconds, const std::string& note);

}  // namespace qkv::show
