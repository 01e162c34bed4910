#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace qkv::show {

/// One line that says how much of a long task is done, how long it has taken and how long it will take. It is printed on stderr, and only
/// if that is a terminal. At the end the line is erased, so the program's own output stays as it is.
/// In a notebook it appears under the cell once the work has taken a third of a second, and its last state stays there.
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
