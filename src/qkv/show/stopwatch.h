#pragma once

namespace qkv::show {

/// Measures seconds from when it was made, by a clock that never jumps. What is to stay out of the measurement stands between `pause` and
/// `go_on`.
///     Stopwatch watch;
///     train(model);
///     print(number(watch.seconds(), 1) + " s");
class Stopwatch {
 public:
  Stopwatch();
  double seconds() const;
  void pause();
  void go_on();

 private:
  double start_;       // of what is measured now, on the clock
  double before_ = 0;  // measured before the last pause
  bool paused_ = false;
};

}  // namespace qkv::show
