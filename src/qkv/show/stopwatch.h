#pragma once

namespace qkv::show {

/// What is measured: the time that passes; what the processors compute for all threads of this program, or for this thread. (What other
/// programs do at the same time counts in the first alone.)
enum class Clock { wall, processors, thread };

/// Measures seconds from when it was made, by a clock that never jumps. What is to stay out of the measurement stands between `pause` and
/// `go_on`.
///     Stopwatch watch;
///     train(model);
///     print(number(watch.seconds(), 1) + " s");
class Stopwatch {
 public:
  explicit Stopwatch(Clock clock = Clock::wall);
  double seconds() const;
  void pause();
  void go_on();

 private:
  double now() const;

  Clock clock_;
  double start_;       // of what is measured now, on the clock
  double before_ = 0;  // measured before the last pause
  bool paused_ = false;
};

}  // namespace qkv::show
